#include "core/work/system_clock.hpp"

#include "conductor/sdk/waiting.hpp"

namespace conductor::work {

bool SystemClock::sleep_until(sdk::Time until, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable never;
  sdk::wait_until(never, mutex, stop, until, [] { return false; });
  return now() >= until;
}

}  // namespace conductor::work
