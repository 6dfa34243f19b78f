// What `conductor status` finds out and how it shows it. Rows and queues come from the store, everything else from the
// processes themselves, each asked over a direct connection (core/rpc).
#pragma once
#include "core/rpc/channel.hpp"

#include "conductor/sdk/call.hpp"
#include "conductor/sdk/store.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace conductor::cli {

struct StatusSources {
  sdk::Store& store;
  std::string store_name;
  rpc::Dialer& dialer;
  sdk::Clock& clock;
  std::string host;                  // this machine, as in worker rows
  std::filesystem::path state_path;  // for the lock files of this host's processes
  std::vector<std::string> roles;    // all there are
};

// {"healthy": bool,                     all roles run, all processes are ready
//  "store": {"name", "healthy": bool, "problem": text?},
//  "processes": [{"worker", "roles": [...], "host", "pid", "state": "ready" | "not ready" | "no answer" | "dead",
//                 "lease": {"beats", "ttl_s"}, "plans": number in its hands, "reasons": [why not ready or no answer],
//                 and when it answered "version", "uptime_s", "waiting": {TOPIC: calls}, "plugin_problem"?}],
//  "missing_roles": [...],
//  "plans": [{"status", "count", "oldest_s"?}]     in the order of their life; the age only of those that wait
//  "messages": number,                   in the store: calls between roles that did not go directly
//  "peers": [{"from", "to", "address", "calls", "failures", "mean_ms", "left_out", "last_error"}]}   slowest first
// The call bounds the reading of the store, and each process's answer. The error is the store's.
sdk::Result<boost::json::object> gather_status(StatusSources const& sources, sdk::Call const& call);

// The same for people.
void print_status(std::ostream& out, boost::json::object const& status, bool bold);

}  // namespace conductor::cli
