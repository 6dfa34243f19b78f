// Reads what a shared object says of itself without running any of its code, and compares it with this host.
#pragma once
#include "conductor/sdk/abi.hpp"

#include <filesystem>
#include <optional>

namespace conductor::plugin {

// The descriptor, read from the ELF file by its symbol; dlopen, which would run static initialisers, is not involved.
// Errors (`invalid`) name the file and what is wrong: not ELF, other machine, no descriptor, no entry, wrong magic or
// size.
sdk::Result<sdk::Descriptor> read_descriptor(std::filesystem::path const& file);

// The first fact of the build that differs from this host, as a sentence with both values and the remedy; nothing when
// all agree.
std::optional<std::string> difference(sdk::BuildStamp const& plugin, sdk::BuildStamp const& host = {});

// A fixed-size text of the descriptor; safe when it is not terminated.
template <std::size_t N>
std::string_view text_of(char const (&field)[N]) {
  std::string_view const whole(field, N);
  return whole.substr(0, whole.find('\0'));
}

// Refuses a file, or the two directories above it, that somebody else could change: writable by others, by a foreign
// group, or owned by neither root nor the user this process runs as (`denied`).
sdk::Result<void> check_trusted(std::filesystem::path const& file);

}  // namespace conductor::plugin
