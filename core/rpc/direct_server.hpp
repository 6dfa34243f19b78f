// The server's side of direct calls: reads requests from connections, runs their methods, answers. Where connections
// come from is the listener's; which process is allowed to connect too.
#pragma once
#include "core/rpc/channel.hpp"
#include "core/rpc/frame.hpp"
#include "core/rpc/methods.hpp"
#include "core/rpc/pools.hpp"

#include "conductor/sdk/host.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace conductor::rpc {

// The topic of a process itself, and its one method:
// status   {} -> {"program", "version": text, "uptime_s": number, "ready": bool, "reasons": [text, ...],
//                 "plugin_problem": text?, "waiting": {TOPIC: number}, "peers": [{"worker", "address", "last_error":
//                 text, "calls", "failures", "mean_ms": number, "left_out": bool}, ...]}
inline constexpr char own_topic[] = "process", status_method[] = "status";

class DirectServer {
 public:
  struct Options {
    std::string worker;                 // this process's lease
    std::size_t max_connections = 256;  // further ones are closed at once: their callers go by the store
    bool log_messages = false;
  };
  // A connection to be: what has to be done before it can be used, a TLS handshake, happens on its own thread.
  using Opening = std::function<sdk::Result<std::unique_ptr<Channel>>()>;

  // `methods` run on the threads of `pools`; `own` are those of the process itself (topic `process`), which run on the
  // connection's thread and must be quick. All outlive the server.
  DirectServer(Options options, Methods const& methods, Methods const& own, Pools& pools, sdk::Clock& clock,
               sdk::Log& log);
  ~DirectServer() { stop(); }
  DirectServer(DirectServer const&) = delete;
  DirectServer& operator=(DirectServer const&) = delete;

  // Takes a connection over; returns at once. Thread-safe.
  void connect(Opening opening);
  // Refuses what has not begun and tells all callers to go elsewhere; waits for what runs until `deadline` of the
  // machine's clock, then stops it.
  void drain(sdk::Time deadline);
  // Closes all connections and stops what runs for them. The pools must be closed between this and the destructor:
  // their tasks refer to the server.
  void stop();

 private:
  struct Connection {
    std::unique_ptr<Channel> channel{};                 // set once, by its own thread
    std::map<std::string, std::stop_source> running{};  // by message id: waiting or under way
    bool ended = false;
  };
  using Shared = std::shared_ptr<Connection>;  // requests under way keep it
  struct Entry {
    Shared connection;
    std::jthread thread{};
  };

  struct Request {
    std::string id, topic, method;
    sdk::Call call;
    boost::json::value args;
  };

  void serve(Shared const& connection, Opening const& opening);
  void read_all(Shared const& connection);
  void on_frame(Shared const& connection, boost::json::object frame);
  void on_request(Shared const& connection, boost::json::object frame);
  void run(Connection& connection, Request const& request);
  void cancel(Connection& connection, std::string const& id);
  void end(Connection& connection, std::string const& id);
  void send(Connection& connection, boost::json::object const& frame);
  void answer(Connection& connection, std::string const& id, sdk::Result<boost::json::value> const& result);
  void refuse(Connection& connection, std::string const& id, std::string const& text);
  void stop_all();
  bool is_draining() const;
  void reap();

  Options const options_;
  Methods const& methods_;
  Methods const& own_;
  Pools& pools_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  bool draining_ = false;
  std::size_t busy_ = 0;  // methods under way
  std::list<Entry> connections_;
};

}  // namespace conductor::rpc
