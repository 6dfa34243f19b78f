// When a search must end: looks at the clock and the stop token after a measured amount of work, because looking costs
// as much as a small node.
#pragma once
#include "conductor/sdk/call.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace conductor::plugins::solver {

class Ticker {
 public:
  // node_limit: 0 is none.
  Ticker(sdk::Call const& call, sdk::Clock const& clock, std::uint64_t node_limit)
      : call_(call), clock_(clock), nodes_left_(node_limit ? node_limit : std::numeric_limits<std::uint64_t>::max()) {
    look();
  }

  // Nodes visited. The next spent() after the one beyond the limit ends the search.
  void count(std::uint64_t nodes = 1) {
    if (nodes > nodes_left_) over_limit_ = true;
    nodes_left_ -= std::min(nodes, nodes_left_);
  }
  std::uint64_t nodes_left() const { return nodes_left_; }

  // Counts work, one unit for each candidate looked at (a few nanoseconds; a computed row is worth more). True once the
  // search must end, and from then on.
  bool spent(std::size_t work) {
    if (over_limit_) stopped_ = true;
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
  std::uint64_t nodes_left_;
  std::size_t work_ = 0;
  bool over_limit_ = false;
  bool stopped_ = false;
};

}  // namespace conductor::plugins::solver
