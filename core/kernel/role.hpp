// What the kernel runs: roles, each a set of plugin kinds, options and one component. The kernel names none of them;
// services/main.cpp hands it the table.
#pragma once
#include "core/config/config.hpp"
#include "core/http/client.hpp"
#include "core/metrics/metrics.hpp"
#include "core/plugin/registry.hpp"
#include "core/rpc/rpc.hpp"
#include "core/store/plans.hpp"
#include "core/work/lease.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace conductor::kernel {

// What a role's component is given. Everything outlives it.
struct Context {
  config::Config const& config;
  sdk::Clock& clock;
  metrics::Registry& metrics;
  plugin::Registry& plugins;
  store::Plans& plans;  // and through it the store
  rpc::Bus& rpc;        // serve before start(), call any time
  work::Lease& lease;   // of this process
  http::ClientPool& clients;
  std::filesystem::path state_path;
};

// One role's running part. start, then drain, then the destructor; all from the kernel's main thread.
class Component {
 public:
  virtual ~Component() = default;
  // Does not block for long; work happens on the component's own threads.
  virtual sdk::Result<void> start() = 0;
  // No new work; running work finishes or is handed back by `deadline`.
  virtual void drain(sdk::Time deadline) = 0;
  // Options marked reloadable have changed (SIGHUP). `config` replaces the context's.
  virtual void reload(config::Config const&) {}
  // Why this role cannot work now; ok when it can. Thread-safe between start and the destructor.
  virtual sdk::Result<void> health(sdk::Call const&) { return {}; }
};

struct Role {
  std::string_view name;                       // api, controller, data, solver, reservation
  std::string_view summary;                    // for --help
  std::vector<std::string_view> plugin_kinds;  // beside the store
  void (*declare)(config::Catalogue& catalogue);
  std::unique_ptr<Component> (*make)(Context& context);
  // Adds what is wrong with options taken together; each by itself has been checked. Null: nothing to check.
  void (*check)(config::Config const& config, std::vector<config::Problem>& errors) = nullptr;
};

}  // namespace conductor::kernel
