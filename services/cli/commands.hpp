// The sub-commands of `conductor` that do not start a role. Each gets what follows its name and returns the exit
// status: 0 done, 1 failed, 2 usage.
#pragma once
#include "core/kernel/role.hpp"

#include <span>
#include <string>
#include <vector>

namespace conductor::cli {

using Arguments = std::vector<std::string>;

// conductor plugin list | info NAME | check PATH
int plugin_command(std::span<kernel::Role const> all, Arguments arguments);
// conductor config sample | check | show
int config_command(std::span<kernel::Role const> all, Arguments arguments);

}  // namespace conductor::cli
