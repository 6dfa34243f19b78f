#include "core/work/system_clock.hpp"

#include <condition_variable>
#include <mutex>

namespace conductor::work {

bool SystemClock::sleep_until(sdk::Time until, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  auto const woken = [] { return false; };
  // Time::max() would overflow on the way to the system's time type.
  if (until == sdk::Time::max())
    never.wait(lock, stop, woken);
  else
    never.wait_until(lock, stop, until, woken);
  return now() >= until;
}

}  // namespace conductor::work
