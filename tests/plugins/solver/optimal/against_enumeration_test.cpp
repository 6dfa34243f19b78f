// `optimal` against the definition: thousands of small problems, each compared with the enumeration of all its
// assignments.
#include "tests/plugins/solver/brute_force.hpp"
#include "tests/plugins/solver/random_problem.hpp"
#include "tests/plugins/solver/reports.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

void check_against_enumeration(StrategyUnderTest& strategy, DenseProblem& problem, std::size_t wanted) {
  problem.set_wanted(wanted);
  auto const truth = enumerate(problem);
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST_REQUIRE(solved.solutions.size() == std::min(truth.size(), wanted));
  BOOST_TEST((solved.proof == (truth.empty() ? sdk::Proof::infeasible : sdk::Proof::optimal)));
  for (std::size_t i = 0; i < solved.solutions.size(); ++i) {
    auto const& solution = solved.solutions[i];
    BOOST_TEST_REQUIRE(solution.cost == truth[i].cost);
    auto const judged = judge(problem, solution.assignment);
    BOOST_TEST_REQUIRE(judged.has_value());
    BOOST_TEST(judged->cost == solution.cost);
    BOOST_TEST(judged->versions == truth[i].versions);
    BOOST_TEST_REQUIRE(judged->ranks == truth[i].ranks);
    BOOST_TEST(solution.bound == solution.cost);
    BOOST_TEST((solution.proof == sdk::Proof::optimal));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimal_against_enumeration)

BOOST_AUTO_TEST_CASE(finds_the_tie_broken_optimum_of_thousands_of_small_problems) {
  StrategyUnderTest strategy;
  std::size_t infeasible = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      check_against_enumeration(strategy, *problem, 1);
      auto const truth = enumerate(*problem);
      infeasible += truth.empty() ? 1 : 0;
      if (!truth.empty()) check_reports(strategy.watch, truth.front().cost);
    }
  }
  BOOST_TEST(infeasible > 100U);  // the generator makes both kinds
  BOOST_TEST(infeasible < 2000U);
}

BOOST_AUTO_TEST_CASE(lists_the_best_distinct_solutions_in_key_order) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 10'000; seed < 11'500; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      check_against_enumeration(strategy, *problem, 2 + seed % 11);
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_every_solution_when_more_are_wanted_than_there_are) {
  StrategyUnderTest strategy;
  DenseProblem problem;
  for (int d = 0; d < 3; ++d) problem.add_demand({{0, 0, 1}, {0, 0, 2}, {1, 0, 0}});
  problem.relate(0, 1, [](auto a, auto b) { return a != b; });
  problem.relate(1, 2, [](auto a, auto b) { return a != b; });
  check_against_enumeration(strategy, problem, 100);
}

BOOST_AUTO_TEST_CASE(prefers_a_new_version_for_a_later_demand_over_a_good_rank_for_an_earlier_one) {
  DenseProblem problem;
  problem.add_demand({{5, 0, 0}, {5, 0, 1}});
  problem.add_demand({{5, 0, 1}, {5, 3, 0}});
  problem.relate(0, 1, [](auto a, auto b) { return a != b; });  // rank 0 of the first stands only beside version 3
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST((solved.solutions.at(0).assignment == sdk::Assignment{1, 0}));
}

BOOST_AUTO_TEST_CASE(a_sum_beyond_the_range_counts_as_forbidden) {
  constexpr auto large = sdk::forbidden - 10;
  DenseProblem problem;
  problem.add_demand({{large, 0, 0}});
  problem.add_demand({{large, 0, 0}, {sdk::forbidden, 0, 1}});
  StrategyUnderTest strategy;
  BOOST_TEST((strategy.solve(problem).value().proof == sdk::Proof::infeasible));
}

BOOST_AUTO_TEST_CASE(a_demand_without_candidates_makes_the_problem_infeasible) {
  DenseProblem problem;
  problem.add_demand({{1, 0, 0}});
  problem.add_demand({{1, 0, 0}});
  problem.forbid(1, 0);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST((solved.proof == sdk::Proof::infeasible));
  BOOST_TEST(solved.solutions.empty());
}

BOOST_AUTO_TEST_CASE(a_problem_without_demands_has_the_empty_solution) {
  DenseProblem problem;
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST((solved.proof == sdk::Proof::optimal));
  BOOST_TEST(solved.solutions.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
