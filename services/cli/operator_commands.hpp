// Commands for operators about configuration, plugins and the store: the table's rows. Exit status: 0 done, 1 failed,
// 2 usage, 7 refused (the store is in use, or not empty).
#pragma once
#include "services/cli/command.hpp"

#include "core/config/config.hpp"
#include "core/kernel/role.hpp"

#include <span>

namespace conductor::cli {

// conductor config sample | check | show; `roles` for their options.
Commands config_commands(std::span<kernel::Role const> roles);
// conductor plugin list | info NAME | check PATH
Commands plugin_commands(std::span<kernel::Role const> roles);
// conductor store check | backup FILE | restore FILE | migrate
Commands store_commands(std::span<kernel::Role const> roles);

// conductor status. Exit status: 0 all is well, 1 not.
Command status_command(std::span<kernel::Role const> roles);

// --config-file and --config-dir, and what they say.
std::vector<Option> source_options();
config::Sources sources_of(Invocation const& invocation);

}  // namespace conductor::cli
