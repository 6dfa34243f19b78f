// Everything that lives in one process, built in order and taken down in reverse.
#pragma once
#include "core/kernel/kernel.hpp"
#include "core/kernel/management.hpp"
#include "core/kernel/setup.hpp"
#include "core/kernel/signals.hpp"
#include "core/rpc/bus.hpp"
#include "core/work/system_clock.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace conductor::kernel {

// Used from the main thread only.
class Process {
 public:
  Process(std::span<Role const> all, Launch const& launch, Setup setup);
  ~Process();

  // Management listener, plugins, store, lease, rpc, roles. While the store cannot be reached it waits and tries again;
  // a TERM meanwhile gives `cancelled`. Other errors are final.
  sdk::Result<void> start(Signals& signals);
  // Drains the roles, then ends everything.
  void stop(sdk::Time deadline);
  // SIGHUP: reads the configuration anew; takes over what may change in a running process and says what may not. True
  // when plans are to be kept under another name (keyspace): then nothing was taken over, and a new Process has to take
  // the place of this one.
  bool reload();
  // SIGUSR2: roles, plugins and health to the log.
  void report_state();

 private:
  sdk::Result<void> prepare_store(Signals& signals);
  sdk::Result<void> refuse_unfinished();
  sdk::Result<void> start_roles();
  std::vector<std::string> reasons_not_ready(sdk::Call const& call);
  bool shares_hosts() const;
  // What `conductor status` shows of this process; for rpc topic `process`.
  boost::json::object status(sdk::Call const& call);

  std::span<Role const> all_;
  Launch launch_;
  Setup setup_;
  config::Config const* config_;
  work::SystemClock clock_;
  metrics::Registry metrics_;
  Management management_;
  std::filesystem::path state_path_;
  std::unique_ptr<http::ClientPool> clients_;
  std::unique_ptr<plugin::Loaded> plugins_;
  std::unique_ptr<work::Lease> lease_;
  std::unique_ptr<store::Plans> plans_;
  std::unique_ptr<rpc::RunningBus> bus_;
  std::unique_ptr<Context> context_;
  std::vector<std::unique_ptr<Component>> components_;
  std::mutex status_mutex_;
  bool running_ = false;  // under status_mutex_: between start() and stop()
  sdk::Time const began_;
  std::deque<config::Config> reloaded_;  // kept, and in place: components may still refer to older ones
};

}  // namespace conductor::kernel
