// `greedy`: agreement with its description written out plainly, and with the definition of an answer.
#include "tests/plugins/solver/brute_force.hpp"
#include "tests/plugins/solver/examples.hpp"
#include "tests/plugins/solver/plain_search.hpp"
#include "tests/plugins/solver/random_problem.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;
using namespace std::chrono_literals;

namespace {

// One pass over a problem without terms; nothing when a demand is left without a candidate.
std::optional<sdk::Assignment> plain_pass(sdk::Problem const& problem) {
  sdk::Assignment path(problem.demands());
  for (std::size_t depth = 0; depth < problem.demands(); ++depth) {
    auto const d = problem.decision_order()[depth];
    std::optional<std::tuple<sdk::Cost, std::uint32_t, std::uint32_t>> best;
    for (std::uint32_t c = 0; c < problem.candidates(d); ++c) {
      auto const sum = increase(problem, path, depth, c);
      if (!sum) continue;
      std::tuple const mine{*sum, problem.keys(d)[c].rank, c};
      if (!best || mine < *best) best = mine;
    }
    if (!best) return std::nullopt;
    path[d] = std::get<2>(*best);
  }
  return path;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(greedy)

BOOST_AUTO_TEST_CASE(takes_the_nearest_edge_and_the_core_that_fits_it) {
  GeoProblem geo;
  fill_edge_and_core(geo);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(geo.problem()).value();
  BOOST_TEST((solved.proof == sdk::Proof::feasible));
  BOOST_TEST(geo.sites_of(solved.solutions.at(0).assignment) == (Sites{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(takes_nothing_back_and_does_not_claim_that_there_is_nothing) {
  GeoProblem geo;
  fill_stranded_edge(geo);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(geo.problem()).value();
  BOOST_TEST((solved.proof == sdk::Proof::unknown));
  BOOST_TEST(solved.solutions.empty());
}

BOOST_AUTO_TEST_CASE(chooses_as_the_plain_pass_does_where_there_are_no_terms) {
  StrategyUnderTest strategy;
  std::size_t compared = 0, stranded = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      if (!problem->terms().empty()) continue;
      ++compared;
      auto const plain = plain_pass(*problem);
      auto const solved = strategy.solve(*problem).value();
      BOOST_TEST_REQUIRE(solved.solutions.empty() == !plain.has_value());
      stranded += plain || enumerate(*problem).empty() ? 0 : 1;
      if (plain) BOOST_TEST((solved.solutions[0].assignment == *plain));
    }
  }
  BOOST_TEST(compared > 1000U);
  BOOST_TEST(stranded > 10U);  // problems that have a solution which this strategy does not find
}

BOOST_AUTO_TEST_CASE(what_it_says_of_thousands_of_small_problems_is_true) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      problem->set_wanted(1 + seed % 4);
      auto const truth = enumerate(*problem);
      auto const solved = strategy.solve(*problem).value();
      BOOST_TEST((solved.proof != sdk::Proof::optimal));
      BOOST_TEST((solved.proof == sdk::Proof::feasible) == !solved.solutions.empty());
      if (solved.proof == sdk::Proof::infeasible) BOOST_TEST(truth.empty());
      BOOST_TEST(solved.solutions.size() <= problem->solutions_wanted());
      for (std::size_t i = 0; i < solved.solutions.size(); ++i) {
        auto const& solution = solved.solutions[i];
        auto const judged = judge(*problem, solution.assignment);
        BOOST_TEST_REQUIRE(judged.has_value());
        BOOST_TEST(judged->cost == solution.cost);
        BOOST_TEST(solution.cost >= truth.front().cost);
        BOOST_TEST(solution.bound <= truth.front().cost);
        for (std::size_t j = 0; j < i; ++j) BOOST_TEST((solved.solutions[j].assignment != solution.assignment));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(goes_on_with_the_next_candidate_of_the_last_demand_when_several_solutions_are_wanted) {
  DenseProblem problem;
  problem.add_demand({{1, 0, 0}, {2, 0, 1}});
  problem.add_demand({{1, 0, 0}, {2, 0, 1}, {3, 0, 2}});
  problem.set_wanted(5);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(problem).value();
  BOOST_TEST_REQUIRE(solved.solutions.size() == 3U);
  for (std::uint32_t i = 0; i < 3; ++i) BOOST_TEST((solved.solutions[i].assignment == sdk::Assignment{0, i}));
}

BOOST_AUTO_TEST_CASE(ends_at_once_when_its_time_is_up_or_it_is_cancelled) {
  GeoProblem geo;
  fill_edge_and_core(geo);
  StrategyUnderTest strategy;
  BOOST_TEST((strategy.solve(geo.problem(), strategy.within(-1ms)).value().proof == sdk::Proof::unknown));
  std::stop_source source;
  source.request_stop();
  sdk::Call cancelled;
  cancelled.cancelled = source.get_token();
  BOOST_TEST((strategy.solve(geo.problem(), cancelled).error().code == sdk::Errc::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
