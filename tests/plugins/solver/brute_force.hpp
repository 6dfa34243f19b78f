// The definition of an answer, word for word: every assignment is looked at, the allowed ones are sorted by their key.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <algorithm>
#include <tuple>

namespace conductor::tests::solver {

__extension__ typedef __int128 Wide;

struct Ranked {
  sdk::Cost cost = 0;
  std::vector<std::uint32_t> versions, ranks;
  sdk::Assignment assignment;
  auto operator<=>(Ranked const& other) const {
    return std::tie(cost, versions, ranks) <=> std::tie(other.cost, other.versions, other.ranks);
  }
};

// Nothing when the assignment is not allowed. Adds in 128 bits, so that it cannot overflow.
inline std::optional<Ranked> judge(sdk::Problem const& problem, sdk::Assignment const& assignment) {
  Ranked ranked{0, {}, {}, assignment};
  Wide sum = 0;
  for (std::size_t d = 0; d < problem.demands(); ++d) {
    if (!sdk::test_bit(problem.allowed(d), assignment[d])) return std::nullopt;
    auto const& key = problem.keys(d)[assignment[d]];
    if (key.cost == sdk::forbidden) return std::nullopt;
    sum += key.cost;
    ranked.versions.push_back(key.version);
    ranked.ranks.push_back(key.rank);
  }
  for (auto const& pair : problem.pairs()) {
    auto const a = assignment[pair.first];
    auto const b = assignment[pair.second];
    if (pair.restricts && !sdk::test_bit(problem.row(pair.first, a, pair.second), b)) return std::nullopt;
    if (!pair.has_cost) continue;
    auto const cost = problem.costs(pair.first, a, pair.second)[b];
    if (cost == sdk::forbidden) return std::nullopt;
    sum += cost;
  }
  for (auto const* term : problem.terms()) {
    auto const value = term->value(assignment);
    if (value == sdk::forbidden) return std::nullopt;
    sum += value;
  }
  ranked.cost = static_cast<sdk::Cost>(sum);
  return ranked;
}

// All allowed assignments, best first.
inline std::vector<Ranked> enumerate(sdk::Problem const& problem) {
  std::vector<Ranked> all;
  auto const n = problem.demands();
  for (std::size_t d = 0; d < n; ++d)
    if (problem.candidates(d) == 0) return all;
  sdk::Assignment assignment(n);
  for (;;) {
    if (auto ranked = judge(problem, assignment)) all.push_back(std::move(*ranked));
    std::size_t d = 0;
    while (d < n && ++assignment[d] == problem.candidates(d)) assignment[d++] = 0;
    if (d == n) break;
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace conductor::tests::solver
