// MUSIC's REST interface: one function for each endpoint that is used, and what each reply means.
#pragma once
#include "conductor/sdk/store.hpp"
#include "hosts.hpp"

namespace conductor::plugins::music {

namespace json = boost::json;

struct Spot {
  std::string keyspace, table;
};

enum class Verdict {
  done,         // applied, or read
  refused,      // the condition is not true: certainly not applied
  missing,      // no such row: certainly not applied
  contended,    // somebody else holds the row's lock: certainly not applied, try again
  unavailable,  // certainly not applied; no server, or its Cassandra is in trouble
  doubtful,     // applied or not: read back
  exists,       // keyspace or table
  closed,       // keyspaces are not created by clients here
  invalid,      // an error of ours, or of the schema
  auth,
  garbage  // no reply that MUSIC gives
};

struct Answer {
  Verdict verdict = Verdict::unavailable;
  std::vector<json::object> rows;
  std::string text;  // of the server, or what went wrong
  std::chrono::milliseconds took{0};
  explicit operator bool() const { return verdict == Verdict::done; }
};

// A lock that is held: its id and the server that made it.
struct Held {
  std::size_t server = 0;
  std::string id;
  sdk::Time since{};
};

// Thread-safe; all calls block, within the call's deadline. A lock that others hold is waited for until then, servers
// that fail for two seconds; what is doubtful is left to the caller.
class Wire {
 public:
  Wire(sdk::Host& host, Options const& options);

  // Rows by a key or index column, or all, as one replica has them: possibly stale.
  Answer select(sdk::Call const& call, Spot const& spot, std::string_view column, std::string_view value);
  Answer select_all(sdk::Call const& call, Spot const& spot) { return select(call, spot, "", ""); }
  // Several values of one column, side by side.
  std::vector<Answer> select_each(sdk::Call const& call, Spot const& spot, std::string_view column,
                                  std::span<std::string const> values);
  // The row by quorum, under a read lock; done without rows: there is none.
  Answer read(sdk::Call const& call, Spot const& spot, std::string_view key);
  std::vector<Answer> read_each(sdk::Call const& call, Spot const& spot, std::span<std::string const> keys);

  // Atomic. `conditions` empty: without.
  Answer update(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& values,
                json::object const& conditions);
  // Atomic, overwrites: repeated by itself when doubtful, since repeating does no harm.
  Answer put(sdk::Call const& call, Spot const& spot, json::object const& values);
  Answer erase(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& conditions);

  // The write lock of a row, waited for at most `patience`. Errors: conflict (others hold it), unavailable, denied.
  sdk::Result<Held> lock(sdk::Call const& call, Spot const& spot, std::string_view key,
                         std::chrono::milliseconds patience);
  void release(sdk::Call const& call, Held const& held);
  Answer read_held(sdk::Call const& call, Spot const& spot, std::string_view key, Held const& held);
  Answer insert_held(sdk::Call const& call, Spot const& spot, json::object const& values, Held const& held);
  Answer update_held(sdk::Call const& call, Spot const& spot, std::string_view key, json::object const& values,
                     Held const& held);
  Answer erase_held(sdk::Call const& call, Spot const& spot, std::string_view key, Held const& held);

  Answer create_keyspace(sdk::Call const& call, std::string const& keyspace, json::object const& replication);
  Answer create_table(sdk::Call const& call, Spot const& spot, json::object const& fields);
  Answer create_index(sdk::Call const& call, Spot const& spot, std::string_view column);
  // Nothing when MUSIC and its Cassandra are well.
  std::optional<sdk::Error> trouble(sdk::Call const& call);

  Hosts& hosts() { return hosts_; }
  sdk::Host& host() { return host_; }
  Options const& options() const { return options_; }
  // Waits before another try; false when the call has no time for it.
  bool pause(sdk::Call const& call, int tries);
  // Whether servers that fail since then have been given time enough.
  bool gives_up(sdk::Time begin) const;
  // Whether a request may go out once more because servers fail.
  bool may_repeat() { return hosts_.budget().again(); }

  // Half the lease of a lock: what took longer may have been done without the lock.
  bool is_late(Held const& held) const { return host_.clock().now() - held.since > options_.lease / 2; }
  bool is_late(Answer const& answer) const { return answer.took > options_.lease / 2; }
  // A write under the lock that ended late is in doubt.
  void doubt_late(Answer& answer, Held const& held) const {
    if (answer && is_late(held)) answer.verdict = Verdict::doubtful;
  }

 private:
  Answer repeat(sdk::Call const& call, sdk::HttpRequest const& request, bool repeatable);
  std::vector<Answer> ask_each(sdk::Call const& call, std::span<sdk::HttpRequest const> requests);

  sdk::Host& host_;
  Options const options_;
  Hosts hosts_;
};

// How an operation ends whose lock was not to be had, or was held for too long to be relied on.
Answer lock_failure(sdk::Error const& error);
Answer lock_too_old();
// What a reply means for the request. `changes`: an unknown 400 then leaves open whether it was applied.
Answer classify(sdk::HttpReply const& reply, bool changes);
// The outcome for callers of the store, of a verdict that ends a call.
sdk::Outcome outcome_of(Verdict verdict);

}  // namespace conductor::plugins::music
