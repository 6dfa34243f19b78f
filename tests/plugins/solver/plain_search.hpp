// A step of the searches that the original describes, as plainly as it is described.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <optional>

namespace conductor::tests::solver {

// What candidate c of the demand at `depth` adds to the path of those before it; nothing when it does not fit.
inline std::optional<sdk::Cost> increase(sdk::Problem const& problem, sdk::Assignment const& path, std::size_t depth,
                                         std::uint32_t c) {
  auto const d = problem.decision_order()[depth];
  auto sum = problem.keys(d)[c].cost;
  if (!sdk::test_bit(problem.allowed(d), c) || sum == sdk::forbidden) return std::nullopt;
  for (auto const& pair : problem.pairs()) {
    for (std::size_t i = 0; i < depth; ++i) {
      auto const e = problem.decision_order()[i];
      if (std::minmax(d, e) != std::minmax(pair.first, pair.second)) continue;
      if (pair.restricts && !sdk::test_bit(problem.row(d, c, e), path[e])) return std::nullopt;
      if (!pair.has_cost) continue;
      auto const cost = problem.costs(d, c, e)[path[e]];
      if (cost == sdk::forbidden) return std::nullopt;
      sum += cost;
    }
  }
  return sum;
}

}  // namespace conductor::tests::solver
