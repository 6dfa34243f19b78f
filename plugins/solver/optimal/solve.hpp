// solve_within: the best assignment by the full key inside given domains. Splits the problem into components, solves
// each, and puts the parts together. Several solutions are several calls (ranking.hpp).
#pragma once
#include "component.hpp"

namespace conductor::plugins::solver::optimal {

struct Best {
  sdk::Proof proof = sdk::Proof::unknown;
  sdk::Assignment assignment;                     // when optimal or feasible
  Cost cost = forbidden;                          // forbidden unless optimal or feasible
  Cost bound = std::numeric_limits<Cost>::min();  // of every assignment in the domains
  std::uint64_t nodes = 0;
};

// domains: ascending candidates of each demand of the problem. progress may be null.
Best solve_within(Coupling& coupling, Domains const& domains, sdk::ProgressSink* progress);

}  // namespace conductor::plugins::solver::optimal
