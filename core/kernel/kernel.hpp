// The kernel: configuration, plugins, store, lease and rpc of one process, and the roles that run in it, from start to
// orderly end.
#pragma once
#include "core/kernel/role.hpp"

#include <span>
#include <string>
#include <vector>

namespace conductor::kernel {

struct Launch {
  std::string program = "conductor";  // for logs and default configuration names
  std::vector<Role const*> roles;     // what runs here
  config::Sources sources;
  bool check_only = false;        // read and check the configuration, then end
  std::size_t metrics_entry = 0;  // which port of [prometheus] metrics_port this process takes
};

// Runs until SIGTERM or SIGINT; returns the exit status: 0 after an orderly end, 1 when it could not start. Call it
// from main() before any thread exists.
int run(std::span<Role const> all, Launch const& launch);

}  // namespace conductor::kernel
