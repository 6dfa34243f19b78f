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

// Thread-safe; any number of calls at once.
class Caller {
 public:
  struct Options {
    std::chrono::milliseconds check_interval{1000}, response_timeout{120'000};
  };
  Caller(Options options, Messages& messages, work::Lease& lease, sdk::Clock& clock, sdk::Log& log)
      : options_(options), messages_(messages), lease_(lease), clock_(clock), log_(log) {}

  sdk::Result<boost::json::value> call(sdk::Call const& call, std::string const& topic, std::string const& method,
                                       boost::json::value const& args);

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
};

}  // namespace conductor::rpc
