// One loaded shared object. Loaded libraries stay loaded until the process ends.
#pragma once
#include "conductor/sdk/abi.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace conductor::plugin {

struct Library {
  std::filesystem::path file;
  sdk::Descriptor descriptor;
  sdk::Entry const* entry = nullptr;
  sdk::Schema schema;  // as the plugin declares it; its section is set

  std::string kind() const;
  std::string name() const;
};

// Checks trust and descriptor, that file name and kind agree with the descriptor, then loads it with Boost.DLL,
// resolving all symbols at once, and asks it for its schema. Errors name the file.
sdk::Result<Library> load_library(std::filesystem::path const& file, std::string_view kind);

// The file of plugin `name` of `kind` in the first of these directories that has it; the error lists where it was
// looked for and the names there are.
sdk::Result<std::filesystem::path> find_library(std::vector<std::filesystem::path> const& directories,
                                                std::string_view kind, std::string_view name);

// All files {directory}/{kind}/*.so, sorted.
std::vector<std::filesystem::path> list_libraries(std::vector<std::filesystem::path> const& directories);

inline constexpr std::string_view kinds[] = {"inventory", "controller", "vim", "store", "solver"};

}  // namespace conductor::plugin
