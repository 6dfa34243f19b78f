// Everything beyond the original against exhaustive enumeration: thousands of small plans, each solved by the default
// strategy, and by the others as far as they promise anything.
#include "oracle.hpp"
#include "random_additions.hpp"
#include "random_rooms.hpp"
#include "rounds.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

struct Case {
  explicit Case(unsigned seed) : random(seed) {
    bench.remote.countries = answers.latency_countries = random.countries;
    bench.remote.placeholders = answers.latency_placeholders = random.placeholders;
    bench.remote.roles = answers.roles = random.roles;
    bench.remote.hosts = answers.hosts = random.hosts;
    bench.move_cost = random.move_cost;
    bench.options = random.options;
  }
  CheckedPlan checked() const { return {random.plan.document(), answers, bench.options, random.move_cost}; }
  RandomAdditions random;
  Bench bench;
  Answers answers;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(additions)

BOOST_AUTO_TEST_CASE(random_plans_with_all_additions_are_solved_as_by_enumeration) {
  LoadedStrategy strategy("optimal");
  int feasible = 0;
  for (unsigned seed = 1; seed <= rounds(4000); ++seed) {
    Case one(seed);
    Oracle const oracle(one.checked());
    auto const solution = one.bench.solve(one.random.plan, strategy);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(one.random.plan.document())) {
      BOOST_REQUIRE_EQUAL(chosen(solution), oracle.best);
      if (oracle.best == "none") continue;
      ++feasible;
      BOOST_TEST(std::abs(value(solution) - oracle.value) < 1e-5);
    }
  }
  BOOST_TEST(feasible > 1000);
}

BOOST_AUTO_TEST_CASE(best_first_proves_the_same_optimum) {
  LoadedStrategy strategy("best_first");
  for (unsigned seed = 1; seed <= rounds(800); ++seed) {
    Case one(seed);
    Oracle const oracle(one.checked());
    auto const solution = one.bench.solve(one.random.plan, strategy, "1", "best_first");
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(one.random.plan.document())) {
      BOOST_REQUIRE_EQUAL(chosen(solution), oracle.best);
    }
  }
}

// It may find nothing where there is something, but what it answers passes the check.
BOOST_AUTO_TEST_CASE(greedy_answers_are_allowed_assignments) {
  LoadedStrategy strategy("greedy");
  int found = 0;
  for (unsigned seed = 1; seed <= rounds(800); ++seed) {
    Case one(seed);
    Oracle const oracle(one.checked());
    auto const solution = one.bench.solve(one.random.plan, strategy, "1", "greedy");
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(one.random.plan.document())) {
      BOOST_REQUIRE_MESSAGE(solution.has_value(), chosen(solution));
      if (chosen(solution) == "none") continue;
      ++found;
      BOOST_TEST(oracle.best != "none");
    }
  }
  BOOST_TEST(found > 200);
}

// The other strategies promise less, but what they answer must hold, and they find something whenever there is
// something.
BOOST_AUTO_TEST_CASE(other_strategies_find_allowed_assignments_and_never_better_ones) {
  for (auto const* name : {"fit_first", "random_pick"}) {
    LoadedStrategy strategy(name);
    for (unsigned seed = 1; seed <= rounds(800); ++seed) {
      Case one(seed);
      Oracle const oracle(one.checked());
      auto const solution = one.bench.solve(one.random.plan, strategy, "1", name);
      BOOST_TEST_CONTEXT(name << ", seed " << seed << ": " << json::serialize(one.random.plan.document())) {
        BOOST_REQUIRE_MESSAGE(solution.has_value(), chosen(solution));
        BOOST_TEST((chosen(solution) == "none") == (oracle.best == "none"));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rooms)

BOOST_AUTO_TEST_CASE(random_plans_that_ask_for_flavors_room_and_licences_are_solved_as_by_enumeration) {
  LoadedStrategy strategy("optimal");
  unsigned feasible = 0;
  auto const count = rounds(2500);
  for (unsigned seed = 1; seed <= count; ++seed) {
    RandomRooms const random(seed);
    Bench bench;
    bench.options = random.options;
    bench.remote.full = random.full;
    auto const answers = random.answers();
    Oracle const oracle({random.plan.document(), answers, random.options});
    auto const solution = bench.solve(random.plan, strategy);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(random.plan.document())) {
      BOOST_REQUIRE_EQUAL(chosen(solution), oracle.best);
      if (oracle.best == "none") continue;
      ++feasible;
      BOOST_REQUIRE_SMALL(value(solution) - oracle.value, 1e-5);
    }
  }
  BOOST_TEST(feasible > count / 4);
}

BOOST_AUTO_TEST_SUITE_END()
