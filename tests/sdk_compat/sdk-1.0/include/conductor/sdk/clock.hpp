// Time as plugins see it: real in the product, moved by hand in tests (sdk/testing/fake_clock.hpp).
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace conductor::sdk {

using Time = std::chrono::steady_clock::time_point;      // monotonic; deadlines are of this type
using WallTime = std::chrono::system_clock::time_point;  // for people and documents only, never compared across hosts
using Duration = std::chrono::steady_clock::duration;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual WallTime wall() const = 0;
  // Blocks until `until` or until `stop` is requested; true when the time came, false when stopped.
  virtual bool sleep_until(Time until, std::stop_token stop) = 0;

  bool sleep_for(Duration time, std::stop_token stop) { return sleep_until(now() + time, std::move(stop)); }
  // Milliseconds since 1970, as plans carry them.
  std::int64_t wall_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(wall().time_since_epoch()).count();
  }
};

}  // namespace conductor::sdk
