// Messages as rows: the writes that caller and server make on table `messages` (store contract 5.4). Every write is
// told to this process's own waiters at once. Nothing here is durable at once: a message that is lost with the power is
// asked again.
#pragma once
#include "core/store/notifier.hpp"

#include "conductor/sdk/claims.hpp"

#include <boost/json.hpp>

namespace conductor::rpc {

namespace message_status {
inline constexpr std::string_view enqueued = "enqueued", working = "working", completed = "completed", error = "error";
constexpr bool is_answered(std::string_view status) { return status == completed || status == error; }
}  // namespace message_status

// Thread-safe.
class Messages {
 public:
  Messages(sdk::Store& store, store::Notifier& notifier, sdk::Clock& clock)
      : store_(store), notifier_(notifier), clock_(clock) {}

  struct Envelope {
    std::string id, topic, method, reply_to;
    std::int64_t remaining_ms = 0;
  };
  // Puts a message into its topic's queue.
  sdk::Result<void> send(sdk::Call const& call, Envelope const& envelope, boost::json::value const& args);
  // Messages of the topic that nobody has taken yet.
  sdk::Read<std::int64_t> count_waiting(sdk::Call const& call, std::string const& topic);
  sdk::Read<sdk::Row> read(sdk::Call const& call, std::string const& id);
  // Arguments or reply; an empty object when the column is empty.
  sdk::Result<boost::json::value> document(sdk::Call const& call, sdk::Row const& row, std::string const& column);

  // conflict is left to the caller: the row as it stands is told to all.
  sdk::Written claim(sdk::Call const& call, sdk::Row const& row, std::string const& token);
  sdk::Written answer(sdk::Call const& call, sdk::Row const& held, sdk::Result<boost::json::value> const& reply);
  // Back into the queue: from a dead server, or from ourselves when we end.
  sdk::Written requeue(sdk::Call const& call, sdk::Row const& row);
  sdk::Written cancel(sdk::Call const& call, sdk::Row const& row);
  sdk::Written remove(sdk::Call const& call, sdk::Row const& row);

 private:
  sdk::Written write(sdk::Call const& call, sdk::Row const& row, sdk::Values const& set, sdk::Expect const& expect);

  sdk::Store& store_;
  store::Notifier& notifier_;
  sdk::Clock& clock_;
};

}  // namespace conductor::rpc
