// The bus of a process: rpc.hpp with its life, its options and its ways. A topic served in this process is called
// directly; any other call goes over a connection to a process that serves it (direct_caller.hpp), else it becomes a
// row of table `messages` (caller.hpp).
#pragma once
#include "core/config/config.hpp"
#include "core/metrics/metrics.hpp"
#include "core/rpc/direct_server.hpp"
#include "core/rpc/peers.hpp"
#include "core/rpc/rpc.hpp"
#include "core/rpc/socket.hpp"
#include "core/store/notifier.hpp"
#include "core/work/lease.hpp"

#include "conductor/sdk/settings.hpp"

#include <chrono>
#include <filesystem>
#include <map>

namespace conductor::rpc {

struct DirectConfig {
  bool enabled = false;
  std::filesystem::path state_path{};  // the Unix socket is below it; empty: none
  std::string host{};                  // this machine's name, as in worker rows
  std::string listen{}, advertise{};   // host:port for TLS; empty: not opened; where others reach it
  PeerTlsFiles tls{};
};

struct BusConfig {
  std::chrono::milliseconds check_interval{1000};       // between looks for an answer, beside being notified
  std::chrono::milliseconds response_timeout{120'000};  // longest wait for an answer, whatever the call's deadline
  std::size_t workers = 1;                              // messages served at once, per topic
  std::map<std::string, std::size_t> topic_workers{};   // exceptions from `workers`
  std::size_t max_waiting = 1000;                       // messages of a topic that may wait
  std::chrono::milliseconds polling_interval{1000};     // between looks for requests on a store that cannot notify
  std::chrono::milliseconds orphan_age{0};  // of blobs that are swept; more than the clocks of all hosts differ
  bool log_messages = false;                // every message at debug level
  DirectConfig direct{};
  store::Notifier* notifier = nullptr;   // shared with the plans (Plans::notifier); null: one of its own
  metrics::Registry* metrics = nullptr;  // counts calls by topic and way; null: nobody counts
};

// From the options of [messaging_server] (configuration specification 4.8).
BusConfig bus_config(config::Config const& config);
// What is wrong with options of [messaging_server] taken together.
void check_options(config::Config const& config, std::vector<config::Problem>& errors);

// Thread-safe. serve() before start(), call() any time.
class RunningBus : public Bus {
 public:
  // Before start(): `method` of this process itself (topic `process`), for who connects directly. Must be quick.
  virtual void serve_own(std::string method, Method handler) = 0;
  // Opens what peers connect to, announces the lease with where that is, and begins to answer messages of the topics
  // served. `invalid` or `denied`: TLS as configured cannot be had. Without a Unix socket it only warns: calls go by
  // the store.
  virtual sdk::Result<void> start() = 0;
  // After start(): what the worker row says, so that others find this process.
  virtual sdk::TextMap announcement() const = 0;
  // No new messages. Direct calls under way are finished by `deadline`; messages in work are cancelled and put back
  // when they do not end by it.
  virtual void drain(sdk::Time deadline) = 0;
  // What this process has seen of those it calls directly, the slowest first.
  virtual std::vector<PeerReport> peers() const = 0;
  // Calls that wait here for a thread, by topic served.
  virtual std::map<std::string, std::size_t> waiting() const = 0;
};

// The references outlive the bus. `dialer`: what direct calls go over; null: sockets.
std::unique_ptr<RunningBus> make_bus(BusConfig config, sdk::Store& store, work::Lease& lease, sdk::Clock& clock,
                                     sdk::Log& log, std::unique_ptr<Dialer> dialer = nullptr);

}  // namespace conductor::rpc
