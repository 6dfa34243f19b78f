// Small problems of every shape, from a seed: ties, gaps in the domains, relations, pair costs of both signs, terms, no
// solution.
#pragma once
#include "tests/plugins/solver/dense_problem.hpp"
#include "tests/plugins/solver/terms.hpp"

#include <random>

namespace conductor::tests::solver {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;  // its raw numbers are the same everywhere
};

// Keys by ascending (cost, version, rank), with ranks 0 … count-1 in some order.
inline std::vector<sdk::UnaryKey> random_keys(Dice& dice, std::size_t count, std::int64_t low, std::int64_t high,
                                              std::uint32_t versions) {
  std::vector<sdk::UnaryKey> keys(count);
  std::vector<std::uint32_t> ranks(count);
  std::iota(ranks.begin(), ranks.end(), 0U);
  for (auto i = count; i > 1; --i) std::swap(ranks[i - 1], ranks[dice.below(i)]);
  for (std::size_t c = 0; c < count; ++c)
    keys[c] = {dice.between(low, high), static_cast<std::uint32_t>(dice.below(versions)), ranks[c]};
  std::sort(keys.begin(), keys.end(), [](auto const& a, auto const& b) {
    return std::tie(a.cost, a.version, a.rank) < std::tie(b.cost, b.version, b.rank);
  });
  return keys;
}

inline void add_random_pair(DenseProblem& problem, Dice& dice, std::uint32_t d, std::uint32_t e) {
  auto const rows = problem.candidates(d);
  auto const columns = problem.candidates(e);
  if (dice.chance(70)) {
    auto const density = static_cast<unsigned>(dice.between(20, 95));
    std::vector<bool> matrix(rows * columns);
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = dice.chance(density);
    problem.relate(d, e, [=](std::uint32_t a, std::uint32_t b) { return matrix[a * columns + b]; });
  }
  if (dice.chance(40)) {
    auto const low = dice.between(-6, 2);
    std::vector<sdk::Cost> matrix(rows * columns);
    for (auto& cost : matrix) cost = dice.chance(5) ? sdk::forbidden : dice.between(low, low + 8);
    problem.price(d, e, low - dice.between(0, 1),
                  [=](std::uint32_t a, std::uint32_t b) { return matrix[a * columns + b]; });
  }
}

inline void add_random_term(DenseProblem& problem, Dice& dice) {
  std::vector<std::uint32_t> scope;
  for (std::uint32_t d = 0; d < problem.demands(); ++d)
    if (dice.chance(70)) scope.push_back(d);
  if (scope.empty()) scope.push_back(0);
  switch (dice.below(3)) {
    case 0: {
      std::vector<std::uint32_t> chosen;
      for (auto const d : scope) chosen.push_back(static_cast<std::uint32_t>(dice.below(problem.candidates(d)) / 2));
      problem.add_term(std::make_unique<Exclusion>(scope, chosen));
      return;
    }
    case 1: {
      std::vector<std::vector<sdk::Cost>> leaves;
      for (auto const d : scope) {
        leaves.emplace_back(problem.candidates(d));
        for (auto& leaf : leaves.back()) leaf = dice.between(-5, 5);
      }
      problem.add_term(std::make_unique<Maximum>(scope, leaves));
      return;
    }
    default:
      problem.add_term(std::make_unique<AnyEven>(scope, dice.chance(30) ? sdk::forbidden : dice.between(1, 4)));
  }
}

inline std::unique_ptr<DenseProblem> random_problem(std::uint64_t seed) {
  Dice dice(seed);
  auto problem = std::make_unique<DenseProblem>();
  auto const n = static_cast<std::uint32_t>(dice.between(1, 5));
  auto const spread = dice.chance(20) ? 0 : dice.between(1, 12);  // 0: everything ties
  auto const low = dice.between(-8, 4);
  auto const versions = static_cast<std::uint32_t>(dice.chance(50) ? 1 : dice.between(2, 3));
  for (std::uint32_t d = 0; d < n; ++d) {
    auto const count = static_cast<std::size_t>(dice.between(1, 8));
    problem->add_demand(random_keys(dice, count, low, low + spread, versions));
    for (std::size_t c = 0; c < count; ++c)
      if (dice.chance(10)) problem->forbid(d, c);
  }
  auto const coupled = static_cast<unsigned>(dice.between(0, 100));
  for (std::uint32_t d = 0; d < n; ++d)
    for (std::uint32_t e = d + 1; e < n; ++e)
      if (dice.chance(coupled)) add_random_pair(*problem, dice, d, e);
  if (dice.chance(40))
    for (auto left = dice.between(1, 3); left > 0; --left) add_random_term(*problem, dice);
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[dice.below(i)]);
  problem->set_order(order);
  problem->set_seed(seed);
  return problem;
}

}  // namespace conductor::tests::solver
