// Commands that work on this machine: templates, places, users, completion. The table's rows.
#pragma once
#include "services/cli/command.hpp"

#include "core/kernel/role.hpp"

#include <span>

namespace conductor::cli {

Command template_validate_command();
Command template_schema_command();
Command location_find_command();
// `roles`: for their options, of which [api] users_file is one.
Commands user_commands(std::span<kernel::Role const> roles);
// `all`: the whole table, asked for when the command runs.
Command completion_command(std::function<Commands()> all);

}  // namespace conductor::cli
