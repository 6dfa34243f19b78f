// The simulated MUSIC 3.2.40 as a function from request to reply: lock queues with leases, conditions, consistency
// kinds, and the service's own texts, silent acceptances and 400 for everything. No sockets: unit tests call it through
// an HttpClient of theirs, server.hpp puts it behind HTTP. The reference is the specification of the MUSIC backend.
#pragma once
#include "cassandra.hpp"

#include "tests/simulators/peer/faults.hpp"

#include "conductor/sdk/http.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

namespace conductor::simulators::music {

using peer::Fault;
using peer::Faults;

// The faults that this service has.
inline std::vector<Fault::Kind> const& fault_kinds() {
  using Kind = Fault::Kind;
  static std::vector<Kind> const kinds{Kind::none,         Kind::status,  Kind::drop_request, Kind::drop, Kind::text,
                                       Kind::applied_text, Kind::garbage, Kind::empty,        Kind::late};
  return kinds;
}

struct Rules {
  std::string base_path = "/MUSIC/rest";
  std::string version = "3.2.40";
  std::string username{}, password{};      // the AAF filter is on when either is set
  std::string demanded_header{};           // a tracking header that a deployment demands
  bool may_create_keyspaces = true;        // keyspace.active of the server
  bool old_replies = false;                // a bare map of rows, as release 2.0 gives it
  std::chrono::milliseconds lease{6'000};  // of a lock
  bool always_late = false;                // every first writer of a row is evicted while it works (two winners)
};

class Music {
 public:
  explicit Music(Rules rules = {}) : rules_(std::move(rules)) {}

  // `request.target` is the whole path and query, `request.headers` all headers. Thread-safe. `fault`: of which text,
  // applied_text (both 400 FAILURE with the text), status (with an HTML body, as a proxy or container gives it),
  // garbage, empty and late (an atomic update is evicted from its lock after it tested the conditions, and writes late)
  // are obeyed here; what concerns the connection is the server's.
  sdk::HttpReply answer(sdk::HttpRequest const& request, std::optional<Fault> const& fault = std::nullopt);

  void set_lag(std::chrono::milliseconds lag);
  void set_cassandra(bool alive);
  // Stops the clock of leases short: all locks held now are as old as their lease.
  void expire_locks();
  std::size_t lock_queue_length(std::string const& lock_name);
  // Changes a cell behind everybody's back. False when there is no such row.
  bool damage(std::string const& keyspace, std::string const& table, std::string const& id, std::string const& column,
              json::value const& value);
  // A row by quorum; null when there is none.
  json::value row(std::string const& keyspace, std::string const& table, std::string const& id);
  json::value snapshot();
  void restore(json::value const& snapshot);

 private:
  struct Request;
  struct LockRef {
    std::int64_t ordinal = 0;
    bool write = true;
    Cassandra::Clock::time_point since{};  // created or acquired
  };
  struct LockQueue {
    std::int64_t last = 0;
    std::deque<LockRef> refs;
    std::uint64_t writes = 0;
    bool late = false;  // an evicted holder is still at work
  };
  using Guard = std::unique_lock<std::mutex>;

  sdk::HttpReply dispatch(Request const& request);
  sdk::HttpReply keyspaces(Request const& request);
  sdk::HttpReply tables(Request const& request);
  sdk::HttpReply rows(Request const& request);
  sdk::HttpReply insert(Request const& request, TableData& table);
  sdk::HttpReply update(Request const& request, TableData& table);
  sdk::HttpReply remove(Request const& request, TableData& table);
  sdk::HttpReply select(Request const& request, TableData& table);
  sdk::HttpReply critical_get(Request const& request, TableData& table);
  sdk::HttpReply locks(Request const& request);
  sdk::HttpReply acquire(Request const& request, std::string const& id, bool with_lease);
  sdk::HttpReply service(Request const& request);

  // The work of an atomic or critical write: lock, conditions, write, unlock; `write` gets the stamp.
  sdk::HttpReply locked_write(Request const& request, TableData& table, std::string const& key,
                              std::function<void(std::int64_t)> const& write);
  std::optional<std::string> refusal(TableData& table, std::string const& key, json::object const& conditions);
  std::optional<std::string> hold(Guard& guard, LockQueue& queue, LockRef const& mine, std::string const& name);
  void wait_late(Guard& guard, LockQueue& queue, std::int64_t ordinal);
  LockRef enqueue(LockQueue& queue, bool write);
  static void dequeue(LockQueue& queue, std::int64_t ordinal);
  void evict_expired(LockQueue& queue) const;
  static bool holds(LockQueue const& queue, std::int64_t ordinal);
  std::int64_t stamp(std::int64_t ordinal) const;

  Rules const rules_;
  std::mutex mutex_;
  std::condition_variable wrote_;
  Cassandra cassandra_;
  std::map<std::string, LockQueue> queues_;
  std::atomic<bool> alive_{true};
};

}  // namespace conductor::simulators::music
