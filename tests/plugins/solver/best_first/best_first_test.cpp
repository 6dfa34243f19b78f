// `best_first` against the definition, also when its memory is used up or its time is.
#include "best_first/solve.hpp"
#include "tests/plugins/solver/brute_force.hpp"
#include "tests/plugins/solver/examples.hpp"
#include "tests/plugins/solver/random_problem.hpp"
#include "tests/plugins/solver/reports.hpp"
#include "tests/plugins/solver/node_limits.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;
using namespace std::chrono_literals;

namespace {

void check_proven(sdk::Problem const& problem, sdk::Solved const& solved) {
  auto const truth = enumerate(problem);
  BOOST_TEST((solved.proof == (truth.empty() ? sdk::Proof::infeasible : sdk::Proof::optimal)));
  BOOST_TEST_REQUIRE(solved.solutions.size() == std::min(truth.size(), problem.solutions_wanted()));
  for (std::size_t i = 0; i < solved.solutions.size(); ++i) {
    auto const& solution = solved.solutions[i];
    BOOST_TEST_REQUIRE((solution.assignment == truth[i].assignment));
    BOOST_TEST(solution.cost == truth[i].cost);
    BOOST_TEST(solution.bound == solution.cost);
    BOOST_TEST((solution.proof == sdk::Proof::optimal));
  }
}

// With memory for paths and for rows of the test's choice, in bytes.
sdk::Solved solve_in(sdk::Problem const& problem, std::size_t paths, std::size_t rows = std::size_t{1} << 30U) {
  SteadyHost host;
  sdk::Call const call;
  plugins::solver::Ticker ticker(call, host.clock(), problem.node_limit());
  plugins::solver::Coupling coupling(problem, ticker, rows);
  Watch watch;
  return plugins::solver::best_first::best_solutions(coupling, call, host.clock(), paths, watch);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(best_first)

BOOST_AUTO_TEST_CASE(gives_up_the_nearest_edge_for_the_better_whole) {
  GeoProblem geo;
  fill_edge_and_core(geo);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(geo.problem()).value();
  auto const truth = enumerate(geo.problem());
  BOOST_TEST((solved.proof == sdk::Proof::optimal));
  BOOST_TEST((solved.solutions.at(0).assignment == truth.at(0).assignment));
}

BOOST_AUTO_TEST_CASE(finds_the_tie_broken_optimum_of_thousands_of_small_problems) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      auto const solved = strategy.solve(*problem).value();
      check_proven(*problem, solved);
      if (!solved.solutions.empty()) check_reports(strategy.watch, solved.solutions[0].cost);
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_the_best_distinct_solutions_in_key_order) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 10'000; seed < 10'700; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      problem->set_wanted(2 + seed % 7);
      check_proven(*problem, strategy.solve(*problem).value());
    }
  }
}

BOOST_AUTO_TEST_CASE(finds_the_same_with_little_memory_for_paths_or_none) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      problem->set_wanted(1 + seed % 3);
      check_proven(*problem, solve_in(*problem, 0));
      check_proven(*problem, solve_in(*problem, 600));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_it_says_is_true_when_it_is_stopped_on_the_way) {
  std::size_t feasible = 0, unknown = 0, cut_among_equals = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      auto const truth = enumerate(*problem);
      // The memory for rows ends the search as the deadline does, at the same place every time.
      auto const solved = solve_in(*problem, std::size_t{1} << 20U, 8 * (seed % 50));
      feasible += solved.proof == sdk::Proof::feasible ? 1 : 0;
      unknown += solved.proof == sdk::Proof::unknown ? 1 : 0;
      if (solved.proof == sdk::Proof::infeasible) BOOST_TEST(truth.empty());
      BOOST_TEST_REQUIRE(solved.solutions.empty() ==
                         (solved.proof == sdk::Proof::infeasible || solved.proof == sdk::Proof::unknown));
      if (solved.solutions.empty()) continue;
      auto const& solution = solved.solutions[0];
      BOOST_TEST(judge(*problem, solution.assignment).value().cost == solution.cost);
      BOOST_TEST(solution.bound <= truth.front().cost);
      BOOST_TEST(solution.cost >= truth.front().cost);
      // The bound alone says what is proven; which one it is of several that cost the same may be open.
      BOOST_TEST((solved.proof == sdk::Proof::optimal) == (solution.bound == solution.cost));
      BOOST_TEST((solution.proof == solved.proof));
      cut_among_equals +=
          solved.proof == sdk::Proof::optimal && solution.assignment != truth.front().assignment ? 1 : 0;
    }
  }
  BOOST_TEST(feasible > 50U);
  BOOST_TEST(unknown > 10U);
  BOOST_TEST(cut_among_equals > 0U);
}

BOOST_AUTO_TEST_CASE(a_problem_without_demands_has_the_empty_solution) {
  DenseProblem problem;
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST((solved.proof == sdk::Proof::optimal));
  BOOST_TEST(solved.solutions.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sum_beyond_the_range_counts_as_forbidden) {
  constexpr auto large = sdk::forbidden - 10;
  DenseProblem problem;
  problem.add_demand({{large, 0, 0}});
  problem.add_demand({{large, 0, 0}, {sdk::forbidden, 0, 1}});
  StrategyUnderTest strategy;
  BOOST_TEST((strategy.solve(problem).value().proof == sdk::Proof::infeasible));
}

BOOST_AUTO_TEST_CASE(says_so_when_the_deadline_leaves_it_without_an_answer) {
  // Pigeons: no assignment, and no short way to see it.
  DenseProblem problem;
  Dice dice(1);
  for (int d = 0; d < 12; ++d) problem.add_demand(random_keys(dice, 66, 0, 100, 1));
  for (std::uint32_t d = 0; d < 12; ++d)
    for (std::uint32_t e = d + 1; e < 12; ++e) problem.relate(d, e, [](auto a, auto b) { return a % 11 != b % 11; });
  StrategyUnderTest strategy;
  BOOST_TEST((strategy.solve(problem, strategy.within(100ms)).value().proof == sdk::Proof::unknown));
  std::stop_source source;
  source.request_stop();
  sdk::Call cancelled;
  cancelled.cancelled = source.get_token();
  BOOST_TEST((strategy.solve(problem, cancelled).error().code == sdk::Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(the_same_node_limit_gives_the_same_answer_and_bounds_that_hold) {
  DenseProblem problem;
  Dice dice(7);
  for (std::uint32_t d = 0; d < 5; ++d) problem.add_demand(random_keys(dice, 8, 0, 1000, 1));
  for (std::uint32_t d = 0; d < 5; ++d)
    for (std::uint32_t e = d + 1; e < 5; ++e)
      problem.price(d, e, 0, [=](std::uint32_t a, std::uint32_t b) {
        return static_cast<sdk::Cost>((a * 7919 + b * 104729 + d * 31 + e * 17) % 1009 * 997);
      });
  StrategyUnderTest strategy;
  check_node_limits(strategy, problem);
}

BOOST_AUTO_TEST_SUITE_END()
