// `random_pick`: complete, reproducible from its seed, and spread over the candidates.
#include "tests/plugins/solver/brute_force.hpp"
#include "tests/plugins/solver/examples.hpp"
#include "tests/plugins/solver/random_problem.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace conductor;
using namespace conductor::tests::solver;

BOOST_AUTO_TEST_SUITE(random_pick)

// Solver specification S62
BOOST_AUTO_TEST_CASE(finds_an_allowed_assignment_exactly_when_there_is_one) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      auto const truth = enumerate(*problem);
      auto const solved = strategy.solve(*problem).value();
      BOOST_TEST((solved.proof == (truth.empty() ? sdk::Proof::infeasible : sdk::Proof::feasible)));
      if (truth.empty()) continue;
      auto const judged = judge(*problem, solved.solutions.at(0).assignment);
      BOOST_TEST_REQUIRE(judged.has_value());
      BOOST_TEST(judged->cost == solved.solutions[0].cost);
      BOOST_TEST(solved.solutions[0].bound <= truth.front().cost);
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_distinct_assignments) {
  auto const problem = random_problem(12);
  problem->set_wanted(1000);
  StrategyUnderTest strategy;
  std::set<sdk::Assignment> different;
  auto const solved = strategy.solve(*problem).value();
  for (auto const& solution : solved.solutions) different.insert(solution.assignment);
  BOOST_TEST(different.size() == solved.solutions.size());
  BOOST_TEST(different.size() == std::min<std::size_t>(1000, enumerate(*problem).size()));
}

BOOST_AUTO_TEST_CASE(draws_the_same_assignment_on_every_machine) {
  DenseProblem problem;
  for (int d = 0; d < 4; ++d) {
    std::vector<sdk::UnaryKey> keys(100);
    for (std::uint32_t c = 0; c < keys.size(); ++c) keys[c].rank = c;
    problem.add_demand(keys);
  }
  problem.set_seed(42);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  sdk::Assignment const known = {91, 90, 71, 94};  // worked out apart from this code, from the definition of SplitMix64
  BOOST_TEST(solved.solutions.at(0).assignment == known, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_seeds_reach_every_candidate) {
  DenseProblem problem;
  problem.add_demand(std::vector<sdk::UnaryKey>(10));
  std::vector<std::size_t> drawn(10);
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    problem.set_seed(seed);
    ++drawn[strategy.solve(problem).value().solutions.at(0).assignment[0]];
  }
  for (auto const count : drawn) {
    BOOST_TEST(count > 60U);
    BOOST_TEST(count < 140U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
