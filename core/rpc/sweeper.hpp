// Housekeeping of the store after activity: messages that nobody took away, and blobs that nothing refers to any more.
// While nothing happens it does nothing.
#pragma once
#include "core/rpc/messages.hpp"
#include "core/work/timers.hpp"

#include <mutex>

namespace conductor::rpc {

class Sweeper {
 public:
  // Messages older than twice `response_timeout` go.
  Sweeper(std::chrono::milliseconds response_timeout, Messages& messages, sdk::Store& store, sdk::Clock& clock,
          sdk::Log& log)
      : period_(2 * response_timeout), messages_(messages), store_(store), clock_(clock), log_(log), timers_(clock) {}

  // Something was written; thread-safe, quick.
  void active();
  // No sweep begins after this.
  void stop() { timers_.stop(); }
  // One sweep, now.
  void sweep();

 private:
  void sweep_messages();

  std::chrono::milliseconds const period_;
  Messages& messages_;
  sdk::Store& store_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  bool armed_ = false, again_ = false;
  work::Timers timers_;
};

}  // namespace conductor::rpc
