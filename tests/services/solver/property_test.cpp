// Random plans with the original's constraint types against exhaustive enumeration and against variations of themselves
// (solver specification 20.8-20.12), and rows of chords against the definition of distance.
#include "oracle.hpp"
#include "rounds.hpp"
#include "services/solver/dense.hpp"
#include "services/solver/input.hpp"
#include "tabled_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

class RandomPlan {
 public:
  explicit RandomPlan(unsigned seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) roles["role" + std::to_string(i)] = json::array();
    json::array pairs;
    plan.location("hq", 48.2, 11.3, {{"country", "DEU"}}).location("lab", 0, 0);
    auto const demands = pick(1, 4);
    for (int d = 0; d < demands; ++d) add_demand(static_cast<std::size_t>(d));
    for (int i = 0; i < 40; ++i) pairs.push_back(json::array{id(), id()});
    groups[""] = std::move(pairs);
    for (int count = pick(0, 4), i = 0; i < count; ++i) add_constraint(i);
    for (int count = pick(1, 4), i = 0; i < count; ++i) add_operand();
  }
  PlanDocument plan;
  json::object roles, hosts, groups;

 private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  std::string id() { return "c" + std::to_string(pick(0, 9)); }
  std::string name() { return names_[static_cast<std::size_t>(pick(0, static_cast<int>(names_.size()) - 1))]; }

  void add_demand(std::size_t index) {
    names_.push_back("d" + std::to_string(index));
    for (int count = pick(1, 6), i = 0; i < count; ++i) {
      json::object fields;
      if (pick(0, 9) > 0) fields = at(45 + pick(0, 5), 8 + pick(0, 5));
      fields["cost"] = pick(0, 2);
      fields["inventory_type"] = pick(0, 3) ? "cloud" : "service";
      fields["host_id"] = "h" + std::to_string(pick(0, 3));
      if (pick(0, 7)) fields["location_id"] = "r" + std::to_string(pick(0, 2));
      if (pick(0, 7)) fields["country"] = pick(0, 1) ? "DEU" : "AUT";
      fields["cloud_region_version"] = pick(0, 1) ? "2.5" : "3.0";
      fields["size"] = pick(0, 4);
      plan.candidate(names_.back(), id(), std::move(fields));
    }
  }
  std::vector<std::string> several() {
    std::set<std::string> list;
    for (int i = 0; i < 3; ++i) list.insert(name());
    return {list.begin(), list.end()};
  }
  void add_constraint(int index) {
    auto const label = "k" + std::to_string(index);
    char const* const operators[] = {"<", "<=", ">", ">=", "="};
    auto distance = km(operators[pick(0, 4)], pick(0, 5) * 100);
    switch (pick(0, 4)) {
      case 0:
        distance["location"] = pick(0, 1) ? "hq" : "lab";
        if (distance.at("location") == "lab") distance["distance"].as_object()["value"] = 5000;
        plan.constraint(label, "distance_to_location", {name()}, std::move(distance));
        break;
      case 1:
        if (auto const list = several(); list.size() > 1)
          plan.constraint(label, "distance_between_demands", list, std::move(distance));
        break;
      case 2: {
        json::object zone{{"qualifier", pick(0, 1) ? "same" : "different"},
                          {"category", pick(0, 1) ? "region" : "country"}};
        if (zone.at("category") == "country" && pick(0, 1)) zone["location"] = "hq";
        plan.constraint(label, "zone", several(), std::move(zone));
        break;
      }
      case 3:
        plan.constraint(label, "attribute", {name()}, {{"evaluate", evaluate()}});
        break;
      default:
        if (names_.size() > 1) plan.constraint(label, "inventory_group", {names_[0], names_[1]}, {});
    }
  }
  json::object evaluate() {
    switch (pick(0, 3)) {
      case 0:
        for (auto& [role, members] : roles)
          for (int i = 0; i < 6; ++i) members.as_array().push_back(json::array{"", id()});
        return {{"network_roles", json::object{{pick(0, 1) ? "any" : "all", json::array{"role0", "role1"}}}}};
      case 1:
        for (int i = 0; i < 3; ++i) hosts["h" + std::to_string(i)] = json::array{pick(0, 1) ? "MASTER" : "SLAVE"};
        return {{"replication_role", "master"}};
      case 2:
        return {{"size", json::object{{"gte", 1}, {"lt", 4}}}};
      default:
        return {{"country", json::object{{"any", json::array{"DEU", "FRA"}}}}};
    }
  }
  void add_operand() {
    double const weight = pick(1, 3);
    auto const demand = name(), other = name();
    switch (pick(0, 4)) {
      case 0:
        plan.operand("cost", {demand}, weight);
        break;
      case 1:
        if (demand != other) plan.operand("distance_between", {demand, other}, weight);
        break;
      case 2:
        plan.operand("aic_version", {demand});
        break;
      default:
        plan.operand("distance_between", {"hq", demand}, weight);
    }
  }
  std::mt19937 random_;
  std::vector<std::string> names_;
};

sdk::Result<Solution> solved(PlanDocument const& plan, LoadedStrategy& strategy, std::string const& name = "optimal") {
  Bench bench;
  return bench.solve(plan, strategy, "1", name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(random_plans_have_the_value_and_the_assignment_of_exhaustive_enumeration) {
  LoadedStrategy strategy("optimal");
  int feasible = 0;
  for (unsigned seed = 1; seed <= rounds(1500); ++seed) {
    RandomPlan random(seed);
    Bench bench;
    bench.remote.roles = random.roles;
    bench.remote.hosts = random.hosts;
    bench.remote.groups = random.groups;
    Answers answers;
    // The checker looks names up in the whole answers.
    answers.roles = random.roles;
    answers.hosts = random.hosts;
    answers.groups = random.groups;
    Oracle const oracle({random.plan.document(), answers, bench.options});
    auto const solution = bench.solve(random.plan, strategy);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(random.plan.document())) {
      BOOST_REQUIRE_EQUAL(chosen(solution), oracle.best);
      if (oracle.best == "none") continue;
      ++feasible;
      BOOST_TEST(std::abs(value(solution) - oracle.value) < 1e-5);
    }
  }
  BOOST_TEST(feasible > 300);
}

// S65
BOOST_AUTO_TEST_CASE(solutions_never_get_better_and_never_repeat) {
  LoadedStrategy strategy("optimal");
  for (unsigned seed = 1; seed <= 200; ++seed) {
    RandomPlan random(seed);
    Bench bench;
    bench.remote.roles = random.roles;
    bench.remote.hosts = random.hosts;
    bench.remote.groups = random.groups;
    if (seed % 2)
      for (auto& [name, demand] : random.plan.root()["demands"].as_object())
        demand.at("candidates").as_array()[0].as_object()["uniqueness"] = "true";
    auto const solution = bench.solve(random.plan, strategy, "8");
    BOOST_REQUIRE_MESSAGE(solution.has_value(), (solution.has_error() ? solution.error().text : std::string()));
    double last = -1e300;
    std::int64_t gaps = 0;
    for (auto const& info : solution->solver_info) {
      auto const* more = info.as_object().if_contains("gaps");
      auto const now = more ? more->to_number<std::int64_t>() : 0;
      BOOST_TEST(now >= gaps);
      if (now == gaps) BOOST_TEST(info.at("value").as_double() >= last - 1e-5);
      last = info.at("value").as_double();
      gaps = now;
    }
  }
}

// 18.2: rows by chords are those of the definition, near limits too.
BOOST_AUTO_TEST_CASE(rows_by_chords_equal_the_definition_of_distance) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> latitude(-90, 90), longitude(-180, 180);
  for (int round = 0; round < 60; ++round) {
    PlanDocument plan;
    std::vector<model::Coordinates> places;
    for (int i = 0; i < 40; ++i) {
      places.push_back({latitude(random), longitude(random)});
      if (i % 4 == 1)
        places.back() = {-places[0].latitude + 1e-4 * i,
                         places[0].longitude > 0 ? places[0].longitude - 180 : places[0].longitude + 180};
      if (i % 4 == 2)
        places.back() = {places[0].latitude, places[0].longitude > 0 ? places[0].longitude - 1e-5 * i : 0};
      plan.candidate("a", "a" + std::to_string(i), at(places.back().latitude, places.back().longitude));
      plan.candidate("b", "b" + std::to_string(i), at(places.back().latitude, places.back().longitude));
    }
    // A limit that is exactly the distance of one pair.
    double const limit = model::distance_km(places[0], places[static_cast<std::size_t>(round) % 40]);
    char const* const operators[] = {"<", "<=", ">", ">=", "="};
    auto const* op = operators[round % 5];
    plan.constraint("k", "distance_between_demands", {"a", "b"}, km(op, limit));
    Options options;
    FakeRemote remote;
    auto const read =
        std::make_shared<Plan const>(read_plan(std::make_shared<json::value const>(plan.document()), options));
    std::shared_ptr<Filtered> filtered = std::move(filter({}, *read, options, remote).value());
    Dense const dense(read, options, filtered);
    for (std::size_t c = 0; c < 40; ++c)
      for (std::size_t e = 0; e < 40; ++e) {
        auto const distance = model::distance_km(places[dense.numbering(0)[c]], places[dense.numbering(1)[e]]);
        bool const expected = std::string(op) == "<"    ? distance < limit
                              : std::string(op) == "<=" ? distance <= limit
                              : std::string(op) == ">"  ? distance > limit
                              : std::string(op) == ">=" ? distance >= limit
                                                        : std::abs(distance - limit) <= 0.5;
        BOOST_REQUIRE_EQUAL(sdk::test_bit(dense.row(0, c, 1), e), expected);
        BOOST_REQUIRE_EQUAL(sdk::test_bit(dense.row(1, e, 0), c), expected);
      }
  }
}

// 20.14 in small: a chain over many candidates, solved and checked.
BOOST_AUTO_TEST_CASE(a_chain_over_a_thousand_candidates_is_solved) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> latitude(36, 60), longitude(-8, 30);
  PlanDocument plan;
  plan.location("hq", 50, 8);
  for (int d = 0; d < 4; ++d)
    for (int c = 0; c < 1000; ++c) {
      auto fields = at(latitude(random), longitude(random), c % 3);
      fields["location_id"] = "r" + std::to_string(c % 50);
      plan.candidate("d" + std::to_string(d), "c" + std::to_string(c), std::move(fields));
    }
  for (int d = 0; d < 4; ++d) {
    auto const name = "d" + std::to_string(d), next = "d" + std::to_string(d + 1);
    plan.operand("distance_between", {"hq", name});
    if (d < 3) plan.constraint("k" + name, "distance_between_demands", {name, next}, km("<=", 300));
  }
  plan.constraint("apart", "zone", {"d0", "d1", "d2", "d3"}, {{"qualifier", "different"}, {"category", "region"}});
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_TEST((solution.value().proof == sdk::Proof::optimal));
}

BOOST_AUTO_TEST_SUITE_END()

// What must hold between a plan and its variations, whatever the optimum is.
BOOST_AUTO_TEST_SUITE(variations)

BOOST_AUTO_TEST_CASE(the_order_of_demands_constraints_and_candidates_changes_no_value) {
  LoadedStrategy optimal("optimal");
  for (unsigned seed = 1; seed <= rounds(300); ++seed) {
    TabledPlan const random(seed);
    auto const one = solved(random.plan, optimal), other = solved(shuffled(random.plan, seed), optimal);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(random.plan.document())) {
      BOOST_REQUIRE((one.value().proof == other.value().proof));
      if (one->proof == sdk::Proof::optimal) BOOST_REQUIRE_SMALL(value(one) - value(other), 1e-5);
    }
  }
}

// Ranks then do not depend on the order of the list.
BOOST_AUTO_TEST_CASE(the_order_of_candidates_with_distinct_costs_changes_no_choice) {
  LoadedStrategy optimal("optimal");
  for (unsigned seed = 1; seed <= rounds(200); ++seed) {
    TabledPlan random(seed);
    double cost = 0;
    for (auto& [name, demand] : random.plan.root()["demands"].as_object())
      for (auto& candidate : demand.at("candidates").as_array()) candidate.as_object()["cost"] = ++cost;
    auto other = shuffled(random.plan, seed);
    // Ties are broken in the order of demands, so that stays.
    json::object demands;
    for (auto const& [name, demand] : random.plan.root()["demands"].as_object())
      demands[name] = other.root()["demands"].at(name);
    other.root()["demands"] = std::move(demands);
    BOOST_REQUIRE_EQUAL(chosen(solved(random.plan, optimal)), chosen(solved(other, optimal)));
  }
}

BOOST_AUTO_TEST_CASE(another_constraint_never_improves_the_optimum_and_fit_first_never_beats_it) {
  LoadedStrategy optimal("optimal"), fit_first("fit_first");
  for (unsigned seed = 1; seed <= rounds(300); ++seed) {
    TabledPlan const random(seed);
    auto const best = solved(random.plan, optimal);
    auto const narrower = solved(with_another_limit(random.plan, seed), optimal);
    auto const first = solved(random.plan, fit_first, "fit_first");
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(random.plan.document())) {
      BOOST_REQUIRE((best.value().proof == sdk::Proof::infeasible) == (first.value().proof == sdk::Proof::infeasible));
      if (best->proof == sdk::Proof::infeasible) {
        BOOST_REQUIRE((narrower.value().proof == sdk::Proof::infeasible));
        continue;
      }
      BOOST_REQUIRE(value(first) >= value(best) - 1e-5);
      if (narrower.value().proof == sdk::Proof::optimal) BOOST_REQUIRE(value(narrower) >= value(best) - 1e-5);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
