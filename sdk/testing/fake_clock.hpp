// A clock that a test moves by hand. Sleepers wake when advance() passes their time.
#pragma once
#include "conductor/sdk/clock.hpp"

namespace conductor::sdk::testing {

class FakeClock final : public Clock {
 public:
  Time now() const override {
    std::lock_guard const lock(mutex_);
    return now_;
  }
  WallTime wall() const override {
    std::lock_guard const lock(mutex_);
    return wall_;
  }
  bool sleep_until(Time until, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    if (pauses_pass_ && now_ < until && !stop.stop_requested()) move(until - now_);
    return moved_.wait(lock, stop, [&] { return now_ >= until; });
  }
  // Moves both clocks.
  void advance(Duration time) {
    std::lock_guard const lock(mutex_);
    move(time);
  }
  // From now on whoever sleeps moves both clocks to the end of the pause; otherwise time stands still as before.
  void pass_pauses() {
    std::lock_guard const lock(mutex_);
    pauses_pass_ = true;
  }
  // Moves the wall clock alone, as an operator or NTP would.
  void shift_wall(Duration time) {
    std::lock_guard const lock(mutex_);
    wall_ += std::chrono::duration_cast<WallTime::duration>(time);
  }

 private:
  // Under the lock.
  void move(Duration time) {
    now_ += time;
    wall_ += std::chrono::duration_cast<WallTime::duration>(time);
    moved_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  // After any real time, so that code which waits for one of these by the machine's clock shows at once, on any
  // machine.
  Time now_{std::chrono::hours(24 * 36500)};
  WallTime wall_{std::chrono::seconds(1'700'000'000)};
  bool pauses_pass_ = false;
};

}  // namespace conductor::sdk::testing
