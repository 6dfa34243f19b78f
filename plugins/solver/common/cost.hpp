// Arithmetic on costs that cannot overflow, and the two quantities every strategy reports: the cost of a complete
// assignment and a cheap lower bound of all of them.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <vector>

namespace conductor::plugins::solver {

using sdk::Cost;
using sdk::forbidden;

// A sum that does not fit counts as forbidden; one below the range stays at its lower end.
inline Cost plus(Cost a, Cost b) {
  if (a == forbidden || b == forbidden) return forbidden;
  Cost sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? forbidden : std::numeric_limits<Cost>::min();
}

// a - b for a finite b; forbidden stays forbidden.
inline Cost minus(Cost a, Cost b) {
  if (a == forbidden) return forbidden;
  Cost difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a > 0 ? forbidden : std::numeric_limits<Cost>::min();
}

// The first part of the key of a complete assignment; forbidden when a relation or a term rules it out.
inline Cost cost_of(sdk::Problem const& problem, sdk::Assignment const& assignment) {
  Cost sum = 0;
  for (std::size_t d = 0; d < problem.demands(); ++d) sum = plus(sum, problem.keys(d)[assignment[d]].cost);
  for (auto const& pair : problem.pairs()) {
    auto const a = assignment[pair.first];
    auto const b = assignment[pair.second];
    if (pair.restricts && !sdk::test_bit(problem.row(pair.first, a, pair.second), b)) return forbidden;
    if (pair.has_cost) sum = plus(sum, problem.costs(pair.first, a, pair.second)[b]);
  }
  for (auto const* term : problem.terms()) sum = plus(sum, term->value(assignment));
  return sum;
}

// The lowest allowed bits, the lower bounds of all pairs and of all terms, each on its own. Forbidden when a demand has
// no candidate or a term no value.
inline Cost cheap_bound(sdk::Problem const& problem) {
  Cost sum = 0;
  std::vector<sdk::Bits> domains;
  for (std::size_t d = 0; d < problem.demands(); ++d) {
    auto const allowed = problem.allowed(d);
    domains.push_back(allowed);
    Cost least = forbidden;
    for (std::size_t c = 0; c < problem.candidates(d); ++c)
      if (sdk::test_bit(allowed, c)) least = std::min(least, problem.keys(d)[c].cost);
    sum = plus(sum, least);
  }
  for (auto const& pair : problem.pairs())
    if (pair.has_cost) sum = plus(sum, pair.least_cost);
  for (auto const* term : problem.terms()) sum = plus(sum, term->bound(domains));
  return sum;
}

}  // namespace conductor::plugins::solver
