// Housekeeping of the store after activity: messages that nobody took away, and blobs that nothing refers to any more.
// While nothing happens it does nothing.
#pragma once
#include "core/rpc/messages.hpp"
#include "core/work/timers.hpp"

#include <map>
#include <mutex>

namespace conductor::rpc {

class Sweeper {
 public:
  // Messages that this process has seen for twice `response_timeout` by its own clock go, and blobs without a row of
  // `orphan_age` and more.
  Sweeper(std::chrono::milliseconds response_timeout, std::chrono::milliseconds orphan_age, Messages& messages,
          sdk::Store& store, sdk::Clock& clock, sdk::Log& log)
      : period_(response_timeout),
        orphan_age_(std::max(orphan_age, 2 * response_timeout)),
        messages_(messages),
        store_(store),
        clock_(clock),
        log_(log),
        timers_(clock) {}

  // Something was written; thread-safe, quick.
  void active();
  // No sweep begins after this.
  void stop() { timers_.stop(); }
  // One sweep, now.
  void sweep();

 private:
  void sweep_messages();

  std::chrono::milliseconds const period_, orphan_age_;
  Messages& messages_;
  sdk::Store& store_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  bool armed_ = false, again_ = false;
  std::map<std::string, sdk::Time> seen_;  // messages, and since when; of the sweeping thread
  work::Timers timers_;
};

}  // namespace conductor::rpc
