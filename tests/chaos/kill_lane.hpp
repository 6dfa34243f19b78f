// One role that is killed at each of its fail-points, one after the other, while plans pass through five processes.
#pragma once
#include "backends.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace conductor::chaos {

// From a restart to the end of the plan that waited, or came then.
struct End {
  std::chrono::milliseconds took{};
  std::string point;
  auto operator<=>(End const&) const = default;
};

struct LaneReport {
  std::vector<std::string> points;  // where it was killed
  std::vector<End> ends;
  std::size_t plans = 0;            // acknowledged ones
  std::vector<std::string> faults;  // what went wrong, a sentence each
};

// Kills the role `rounds` times at each point. A plan that takes longer than `limit` after the restart is a fault.
// `after_round` is called with the number of rounds that are done and what is known by then.
LaneReport run_kill_lane(std::string const& role, Backend const& backend, int rounds, std::chrono::milliseconds limit,
                         std::function<void(int, LaneReport const&)> const& after_round);

// "24 points, 24 kills, 26 plans acknowledged; end after restart: median 310 ms, 99 % 800 ms, at most 820 ms
// at solver.after_claim=kill".
std::string summary(LaneReport const& report);

}  // namespace conductor::chaos
