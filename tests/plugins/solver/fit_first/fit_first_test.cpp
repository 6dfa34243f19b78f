// `fit_first`: the worked examples, and agreement with the search of the original written out as plainly as it is
// described.
#include "tests/plugins/solver/brute_force.hpp"
#include "tests/plugins/solver/examples.hpp"
#include "tests/plugins/solver/plain_search.hpp"
#include "tests/plugins/solver/random_problem.hpp"
#include "tests/plugins/solver/strategy_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace conductor;
using namespace conductor::tests::solver;
using namespace std::chrono_literals;

namespace {

// Depth first, one path, no look ahead.
class Plain {
 public:
  explicit Plain(sdk::Problem const& problem) : problem_(problem), assignment_(problem.demands()) { decide(0); }
  std::vector<sdk::Assignment> found;

 private:
  void decide(std::size_t depth) {
    if (depth == problem_.demands()) {
      if (judge(problem_, assignment_)) found.push_back(assignment_);
      return;
    }
    auto const d = problem_.decision_order()[depth];
    std::vector<std::tuple<sdk::Cost, std::uint32_t, std::uint32_t>> pool;
    for (std::uint32_t c = 0; c < problem_.candidates(d); ++c)
      if (auto const sum = increase(problem_, assignment_, depth, c))
        pool.emplace_back(*sum, problem_.keys(d)[c].rank, c);
    std::sort(pool.begin(), pool.end());
    for (auto const& [sum, rank, c] : pool) {
      assignment_[d] = c;
      decide(depth + 1);
    }
  }
  sdk::Problem const& problem_;
  sdk::Assignment assignment_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fit_first)

BOOST_AUTO_TEST_CASE(takes_the_nearest_edge_and_the_core_that_fits_it) {
  GeoProblem geo;
  fill_edge_and_core(geo);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(geo.problem()).value();
  BOOST_TEST((solved.proof == sdk::Proof::feasible));
  BOOST_TEST(static_cast<double>(solved.solutions.at(0).cost) / 1e6 == 435.671599, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(static_cast<double>(solved.solutions[0].bound) / 1e6 == 281.329943, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(geo.sites_of(solved.solutions[0].assignment) == (Sites{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(goes_back_beyond_the_second_demand) {
  GeoProblem geo;
  fill_stranded_edge(geo);
  StrategyUnderTest strategy;
  auto const solved = strategy.solve(geo.problem()).value();
  BOOST_TEST(geo.sites_of(solved.solutions.at(0).assignment) == (Sites{1, 0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(finds_what_the_plain_search_finds_in_the_same_order) {
  StrategyUnderTest strategy;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      auto const problem = random_problem(seed);
      std::size_t const wanted = 1 + seed % 4;
      problem->set_wanted(wanted);
      Plain const plain(*problem);
      auto const solved = strategy.solve(*problem).value();
      BOOST_TEST((solved.proof == (plain.found.empty() ? sdk::Proof::infeasible : sdk::Proof::feasible)));
      BOOST_TEST_REQUIRE(solved.solutions.size() == std::min(wanted, plain.found.size()));
      auto const truth = enumerate(*problem);
      for (std::size_t i = 0; i < solved.solutions.size(); ++i) {
        BOOST_TEST_REQUIRE((solved.solutions[i].assignment == plain.found[i]));
        BOOST_TEST(solved.solutions[i].cost == judge(*problem, plain.found[i])->cost);
        BOOST_TEST(solved.solutions[i].bound <= truth.front().cost);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(says_so_when_the_deadline_leaves_it_without_an_answer) {
  // Pigeons: no assignment, and no short way to see it.
  DenseProblem problem;
  Dice dice(1);
  for (int d = 0; d < 12; ++d) problem.add_demand(random_keys(dice, 66, 0, 100, 1));
  for (std::uint32_t d = 0; d < 12; ++d)
    for (std::uint32_t e = d + 1; e < 12; ++e) problem.relate(d, e, [](auto a, auto b) { return a % 11 != b % 11; });
  StrategyUnderTest strategy;
  auto const begin = std::chrono::steady_clock::now();
  auto const solved = strategy.solve(problem, strategy.within(100ms)).value();
  BOOST_TEST((solved.proof == sdk::Proof::unknown));
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 250ms));
  std::stop_source source;
  source.request_stop();
  sdk::Call cancelled;
  cancelled.cancelled = source.get_token();
  BOOST_TEST((strategy.solve(problem, cancelled).error().code == sdk::Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_last_branch_proves_nothing) {
  DenseProblem problem;
  Dice dice(1);
  problem.add_demand(random_keys(dice, 1, 0, 100, 1));
  problem.add_demand(random_keys(dice, 9000, 0, 100, 1));
  problem.relate(0, 1, [](auto, auto second) {
    if (second == 0) std::this_thread::sleep_for(40ms);
    return true;
  });
  StrategyUnderTest strategy;
  BOOST_TEST((strategy.solve(problem, strategy.within(20ms)).value().proof == sdk::Proof::unknown));
  BOOST_TEST((strategy.solve(problem).value().proof == sdk::Proof::feasible));
}

BOOST_AUTO_TEST_SUITE_END()
