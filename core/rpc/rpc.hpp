// Calls between roles: one interface, three ways. `local`: the topic is served in this process, and the handler is
// called at once on the caller's thread. `direct`: over a connection to a process that serves it (frame.hpp). `store`:
// the call is a row of table `messages` (store contract 5.4), for when no process can be reached directly.
#pragma once
#include "conductor/sdk/call.hpp"

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace conductor::rpc {

// Serves one method. Must be idempotent: when a connection breaks before the answer, or a server dies, the same message
// goes to another process or by another way, and nobody knows whether the first one had begun. All methods there are
// keep to this: most only read; release_orders finishes what an earlier run left, load_latency_rules replaces a whole
// table. One that cannot must keep the outcome in the store under a name that its arguments carry.
// Runs on the caller's thread (local) or on a pool thread; the call carries the caller's deadline, cancellation,
// request, transaction and plan id.
using Method = std::function<sdk::Result<boost::json::value>(sdk::Call const&, boost::json::value const& args)>;

class Bus {
 public:
  virtual ~Bus() = default;
  // Before start(): this process answers `method` of `topic`.
  virtual void serve(std::string topic, std::string method, Method handler) = 0;
  // Before start(): messages of a topic served here that are worked on at once; without it, as [messaging_server] says.
  virtual void workers(std::string const& /*topic*/, std::size_t /*count*/) {}
  // Blocks until the answer, call.deadline or call.cancelled. Errors of the handler come back with their code and text;
  // nobody answering is `timed_out` with a text that names topic and method, too many messages waiting for the topic
  // `unavailable` with "overloaded". Requests carry lists, not items: one call per piece of work.
  virtual sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& topic,
                                               std::string const& method, boost::json::value args) = 0;
};

}  // namespace conductor::rpc
