// What every strategy that counts nodes must do at a limit of them.
#pragma once
#include "tests/plugins/solver/dense_problem.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::tests::solver {

// For a problem that the strategy proves optimal, and that it knows something of before.
inline void check_node_limits(StrategyUnderTest& strategy, DenseProblem& problem) {
  auto const exact = strategy.solve(problem).value();
  BOOST_TEST_REQUIRE((exact.proof == sdk::Proof::optimal));
  std::size_t feasible = 0;
  for (std::uint64_t limit = 1; limit < exact.nodes; limit = limit * 3 / 2 + 1) {
    problem.set_node_limit(limit);
    auto const solved = strategy.solve(problem).value();
    auto const again = strategy.solve(problem).value();
    BOOST_TEST(solved.nodes == again.nodes);
    BOOST_TEST((solved.proof == again.proof));
    BOOST_TEST_REQUIRE(solved.solutions.size() == again.solutions.size());
    BOOST_TEST((solved.proof != sdk::Proof::infeasible));
    feasible += solved.proof == sdk::Proof::feasible ? 1 : 0;
    for (std::size_t i = 0; i < solved.solutions.size(); ++i) {
      BOOST_TEST((solved.solutions[i].assignment == again.solutions[i].assignment));
      BOOST_TEST(solved.solutions[i].bound == again.solutions[i].bound);
      BOOST_TEST(solved.solutions[i].bound <= exact.solutions.at(0).cost);
      BOOST_TEST(solved.solutions[i].cost >= exact.solutions.at(0).cost);
    }
  }
  BOOST_TEST(feasible > 0U);
  problem.set_node_limit(1);
  BOOST_TEST((strategy.solve(problem).value().proof == sdk::Proof::unknown));
  problem.set_node_limit(exact.nodes);
  BOOST_TEST((strategy.solve(problem).value().proof == sdk::Proof::optimal));
}

}  // namespace conductor::tests::solver
