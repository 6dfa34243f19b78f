// When a search must end: looks at the clock and the stop token after a measured amount of work, because looking costs
// as much as a small node.
#pragma once
#include "conductor/sdk/call.hpp"

#include <cstdint>

namespace conductor::plugins::solver {

class Ticker {
 public:
  Ticker(sdk::Call const& call, sdk::Clock const& clock) : call_(call), clock_(clock) { look(); }

  // Counts work, one unit for each candidate looked at (a few nanoseconds; a computed row is worth more). True once the
  // search must end, and from then on.
  bool spent(std::size_t work) {
    work_ += work + fixed_work;
    if (work_ >= work_between_looks) look();
    return stopped_;
  }
  // Ends the search as the deadline does.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  bool cancelled() const { return call_.cancelled.stop_requested(); }

 private:
  static constexpr std::size_t fixed_work = 64;  // of a node itself: at most 1024 nodes between two looks
  static constexpr std::size_t work_between_looks = 1024 * fixed_work;

  void look() {
    work_ = 0;
    if (!stopped_) stopped_ = call_.expired(clock_).has_value();
  }

  sdk::Call const& call_;
  sdk::Clock const& clock_;
  std::size_t work_ = 0;
  bool stopped_ = false;
};

}  // namespace conductor::plugins::solver
