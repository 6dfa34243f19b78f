// Command lines of everything that starts roles (configuration specification 5).
#pragma once
#include "core/kernel/kernel.hpp"
#include "services/cli/command.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conductor::cli {

// Either a launch, or a text to print and the status to exit with.
struct Parsed {
  std::optional<kernel::Launch> launch;
  std::string text;  // standard output when status is 0, else standard error
  int status = 0;
};

// `command`: how the program was called, for usage texts ("conductor-solver", "conductor run"). `role`: the one it
// runs; null for `run`, which has
// --roles. `arguments`: what follows the command. Files are not read.
Parsed parse_run(std::span<kernel::Role const> all, kernel::Role const* role, std::string const& command,
                 std::vector<std::string> const& arguments);

// The options of parse_run as rows of the table of commands, for completion.
std::vector<Option> run_options(std::span<kernel::Role const> all, kernel::Role const* role);

}  // namespace conductor::cli
