// A thread's bell: it sleeps on the process's clock (real or fake) until a time, a ring or a stop.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <mutex>
#include <stop_token>

namespace conductor::work {

// One thread waits, any may ring. What has changed stands in the owner's own state, set before the ring and looked at
// after the wait.
class Alarm {
 public:
  // Returns at `until` (Time::max(): never by time), after a ring, also one from before the call, or when `stop` is
  // requested.
  void wait_until(sdk::Clock& clock, sdk::Time until, std::stop_token const& stop) {
    std::stop_token woken;
    {
      std::lock_guard const lock(mutex_);
      if (!rung_) {
        sleeper_ = std::stop_source();
        woken = sleeper_.get_token();
      }
    }
    if (woken.stop_possible()) {
      std::stop_callback const on_stop(stop, [this] { ring(); });
      clock.sleep_until(until, woken);
    }
    std::lock_guard const lock(mutex_);
    rung_ = false;
  }

  void ring() {
    std::stop_source sleeper{std::nostopstate};
    {
      std::lock_guard const lock(mutex_);
      if (rung_) return;
      rung_ = true;
      sleeper = sleeper_;
    }
    sleeper.request_stop();
  }

 private:
  std::mutex mutex_;
  bool rung_ = false;
  std::stop_source sleeper_;
};

}  // namespace conductor::work
