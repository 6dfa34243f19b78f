// The bus of a process: rpc.hpp with its life, its options and its two transports. A topic served in this process is
// called directly; any other call becomes a row of table `messages` (bus_store.cpp).
#pragma once
#include "core/rpc/rpc.hpp"
#include "core/store/notifier.hpp"
#include "core/work/lease.hpp"

#include "conductor/sdk/settings.hpp"

#include <chrono>
#include <map>

namespace conductor::rpc {

struct BusConfig {
  std::chrono::milliseconds check_interval{1000};       // between looks for an answer, beside being notified
  std::chrono::milliseconds response_timeout{120'000};  // longest wait for an answer, whatever the call's deadline
  std::size_t workers = 1;                              // messages served at once, per topic
  std::map<std::string, std::size_t> topic_workers{};   // exceptions from `workers`
  bool log_messages = false;                            // every message at debug level
  store::Notifier* notifier = nullptr;                  // shared with the plans (Plans::notifier); null: one of its own
};

// From the options of [messaging_server] (configuration specification 4.8).
BusConfig bus_config(sdk::Settings const& messaging_server);

// Thread-safe. serve() before start(), call() any time.
class RunningBus : public Bus {
 public:
  // Begins to answer messages of the topics served.
  virtual sdk::Result<void> start() = 0;
  // No new messages; those in work are cancelled and put back when they do not end by `deadline`.
  virtual void drain(sdk::Time deadline) = 0;
};

// The references outlive the bus.
std::unique_ptr<RunningBus> make_bus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock,
                                     sdk::Log& log);

}  // namespace conductor::rpc
