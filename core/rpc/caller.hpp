// The caller's side of a call over the store: sends, waits to be woken, takes the answer away; tells the server when it
// gives up.
#pragma once
#include "core/rpc/messages.hpp"
#include "core/work/alarm.hpp"
#include "core/work/lease.hpp"

#include <map>
#include <mutex>
#include <optional>

namespace conductor::rpc {

// Nobody answered `what` ("data.resolve") of the topic, whose message was last seen with `status`.
sdk::Error no_answer(std::string const& what, std::string const& topic, std::string_view status, sdk::Duration waited);

// Thread-safe; any number of calls at once.
class Caller {
 public:
  struct Options {
    std::chrono::milliseconds check_interval{1000};
    std::size_t max_waiting = 1000;
  };
  // Messages that wait are counted in the store at most this often.
  static constexpr std::chrono::seconds counted_every{1};

  Caller(Options options, Messages& messages, work::Lease& lease, sdk::Clock& clock, sdk::Log& log)
      : options_(options), messages_(messages), lease_(lease), clock_(clock), log_(log) {}

  // `id`: of the message, unique. `unavailable` with "overloaded" when max_waiting messages of the topic wait already.
  sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& id, std::string const& topic,
                                       std::string const& method, boost::json::value const& args);

  // From the notifier.
  void changed(sdk::Row const& row);
  void removed(std::string const& id);
  void look();

 private:
  struct Waiter {
    std::optional<sdk::Row> row;      // latest news
    bool gone = false, look = false;  // look: the row must be read
    work::Alarm alarm;
  };

  struct Queue {
    std::optional<sdk::Time> counted_at;
    std::int64_t counted = 0;  // messages in the store that nobody has taken
    std::size_t own = 0;       // calls of this process under way
  };

  sdk::Result<boost::json::value> send_and_wait(sdk::Call const& call, std::string const& id, std::string const& topic,
                                                std::string const& method, boost::json::value const& args);
  sdk::Result<void> enter_queue(sdk::Call const& call, std::string const& what, std::string const& topic);
  std::optional<sdk::Row> wait(sdk::Call const& call, std::string const& id, Waiter& waiter);
  sdk::Result<boost::json::value> take_answer(sdk::Row const& row);
  // Withdraws the message; returns its status as it was, empty when it is gone or unknown.
  std::string withdraw(sdk::Call const& call, std::string const& id);

  Options const options_;
  Messages& messages_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Waiter>> waiters_;
  std::map<std::string, Queue> queues_;  // by topic
};

}  // namespace conductor::rpc
