// From searches to an answer: a first assignment to prune with, the cheapest one, ties, further solutions.
#pragma once
#include "search.hpp"

namespace conductor::plugins::solver::best_first {

// `bytes`: about what paths may take. When the time is up, what was found until then.
sdk::Solved best_solutions(Coupling& coupling, sdk::Call const& call, sdk::Clock const& clock, std::size_t bytes,
                           sdk::ProgressSink& progress);

}  // namespace conductor::plugins::solver::best_first
