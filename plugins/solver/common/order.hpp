// The order in which searches decide the demands when nothing better is known: the problem's, else as they are
// numbered.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <numeric>
#include <vector>

namespace conductor::plugins::solver {

inline std::vector<std::uint32_t> order_of(sdk::Problem const& problem) {
  auto const given = problem.decision_order();
  if (!given.empty()) return {given.begin(), given.end()};
  std::vector<std::uint32_t> order(problem.demands());
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

}  // namespace conductor::plugins::solver
