// One role that is killed at each of its fail-points, one after the other, while plans pass through five processes.
#pragma once
#include "backends.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace conductor::chaos {

struct LaneReport {
  std::vector<std::string> points;              // where it was killed
  std::vector<std::chrono::milliseconds> ends;  // from each restart to the end of the plan that waited, or came then
  std::size_t plans = 0;                        // acknowledged ones
  std::vector<std::string> faults;              // what went wrong, a sentence each
};

// Kills the role `rounds` times at each point. A plan that takes longer than `limit` after the restart is a fault.
LaneReport run_kill_lane(std::string const& role, Backend const& backend, int rounds, std::chrono::milliseconds limit);

// "24 points, 24 kills, 26 plans acknowledged; end after restart: median 310 ms, 99 % 800 ms, at most 820 ms".
std::string summary(LaneReport const& report);

}  // namespace conductor::chaos
