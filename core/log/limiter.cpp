// Fixed intervals, each beginning with the first line after the last one's end.
#include "core/log/limiter.hpp"

#include <utility>

namespace conductor::log {

void Limiter::set(std::chrono::seconds interval, int burst, int except) {
  std::lock_guard const lock(mutex_);
  interval_ = interval;
  burst_ = burst;
  except_ = except;
  passed_ = 0;
}

Limiter::Verdict Limiter::judge(int level, Time now) {
  std::lock_guard const lock(mutex_);
  if (interval_.count() <= 0 || burst_ <= 0) return {true, std::exchange(dropped_, 0)};
  if (level >= except_) return {};
  std::uint64_t before = 0;
  if (passed_ == 0 || now - begin_ >= interval_) {
    begin_ = now;
    passed_ = 0;
    before = std::exchange(dropped_, 0);
  }
  if (passed_ >= burst_) return ++dropped_, Verdict{false, 0};
  ++passed_;
  return {true, before};
}

}  // namespace conductor::log
