// The smallest change of one numeric limit that makes an infeasible plan solvable (solver specification 21.5).
#pragma once
#include "services/solver/conflict.hpp"

namespace conductor::services::solver {

struct Relaxation {
  std::string constraint;
  // The property with the limit: distance, latency, bandwidth, or the attribute of a threshold. Of a range the end that
  // moves: "distance.min", "distance.max".
  std::string property;
  double from = 0, to = 0;  // `to` is rounded to 0.1 in the direction that relaxes
  std::string unit;         // of both; empty when there is none
};

// For each limit of distance, network and threshold constraints of the conflict that helps alone: the whole plan has
// been found to be solvable with it, and not with the next smaller change. Limits for which that is not settled when
// the time is over are left out.
std::vector<Relaxation> find_relaxations(Feasibility& feasibility, Conflict const& conflict);

}  // namespace conductor::services::solver
