// best_solutions: the K best distinct assignments, best first. Each solution splits the space it was best in: fixing
// the choices of the first j demands and forbidding its choice for demand j + 1 gives disjoint parts, whose best ones
// compete for the next place.
#pragma once
#include "solve.hpp"

namespace conductor::plugins::solver::optimal {

sdk::Solved best_solutions(Coupling& coupling, sdk::ProgressSink& progress);

}  // namespace conductor::plugins::solver::optimal
