// All commands of `conductor`.
#pragma once
#include "services/cli/command.hpp"

#include "core/kernel/role.hpp"

#include <span>

namespace conductor::cli {

// `roles` outlive the table. Rows without `run` are parsed by arguments.hpp: they start roles.
Commands all_commands(std::span<kernel::Role const> roles);

// What `conductor --help` prints.
std::string overview(Commands const& all);
// What is said of a word that is no command.
std::string unknown_command(Commands const& all, std::string const& word);

}  // namespace conductor::cli
