// Waiting for something that another thread brings about, with a stop token. Whoever is woken through a
// std::condition_variable_any blocks once more, for the mutex inside it that its notifier still holds; here nobody does
// who notifies after he has let go of the mutex.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace conductor::sdk {

// Returns when `done` has become true, at `until` (Time::max(): never by time), or when `stop` is requested; what
// `done` says then. The caller does not hold the mutex; `done` is asked with it held.
template <class Done>
bool wait_until(std::condition_variable& changed, std::mutex& mutex, std::stop_token const& stop, Time until,
                Done const& done) {
  std::stop_callback const on_stop(stop, [&] {
    { std::lock_guard const lock(mutex); }  // so that who has found nothing yet waits by now
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  auto const over = [&] { return done() || stop.stop_requested(); };
  if (until == Time::max())
    changed.wait(lock, over);
  else
    changed.wait_until(lock, until, over);
  return done();
}

}  // namespace conductor::sdk
