// At most so many lines per interval ([DEFAULT] rate_limit_*). Thread-safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>

namespace conductor::log {

class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // interval or burst 0: no limit. Levels from `except` on always pass and are not counted.
  void set(std::chrono::seconds interval, int burst, int except);

  struct Verdict {
    bool pass = true;
    std::uint64_t dropped_before = 0;  // lines dropped in the interval that this one ends
  };
  Verdict judge(int level, Time now);

 private:
  std::mutex mutex_;
  std::chrono::seconds interval_{0};
  int burst_ = 0, except_ = 0, passed_ = 0;
  std::uint64_t dropped_ = 0;
  Time begin_{};
};

}  // namespace conductor::log
