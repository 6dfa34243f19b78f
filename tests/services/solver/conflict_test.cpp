// Why there is no solution: minimal sets of constraints and demands that cannot hold together.
#include "random_conflicts.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

struct Explained {
  Bench bench;
  LoadedStrategy optimal{"optimal"};

  json::object explain(PlanDocument const& plan) {
    auto const solution = bench.solve(plan, optimal);
    BOOST_REQUIRE_MESSAGE(solution.has_value(), (solution.has_error() ? solution.error().text : ""));
    BOOST_REQUIRE((solution->proof == sdk::Proof::infeasible));
    auto const* conflict = solution->explanation.if_contains("conflict");
    BOOST_REQUIRE(conflict != nullptr);
    return conflict->as_object();
  }
  // "near far: a b"
  std::string conflict(PlanDocument const& plan) {
    auto const found = explain(plan);
    BOOST_TEST(!found.contains("minimal"));
    std::string text;
    for (auto const& each : found.at("constraints").as_array())
      text.append(text.empty() ? "" : " ").append(each.as_string());
    text += ":";
    for (auto const& each : found.at("demands").as_array()) text.append(" ").append(each.as_string());
    return text;
  }
};

// Demands a, b and c, each with a candidate in Munich (south) and one in Hamburg (north).
PlanDocument three_demands() {
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).location("hamburg", 53.6, 10.0);
  for (auto const* demand : {"a", "b", "c"}) {
    auto south = at(48.1, 11.6), north = at(53.6, 10.0);
    south["location_id"] = "south";
    north["location_id"] = "north";
    south["state"] = north["state"] = "TX";
    plan.candidate(demand, "s", std::move(south)).candidate(demand, "n", std::move(north));
  }
  return plan;
}

json::object near(char const* location, double limit) {
  auto properties = km("<", limit);
  properties["location"] = location;
  return properties;
}

json::object zone(char const* qualifier) { return {{"qualifier", qualifier}, {"category", "region"}}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conflicts, Explained)

BOOST_AUTO_TEST_CASE(two_constraints_that_leave_nobody_of_one_demand_conflict_without_the_others) {
  auto plan = three_demands();
  plan.constraint("texas", "attribute", {"a", "b"}, {{"evaluate", {{"state", "TX"}}}})
      .constraint("near", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("far", "distance_to_location", {"a"}, near("hamburg", 100))
      .constraint("apart", "zone", {"a", "b"}, zone("different"));
  BOOST_TEST(conflict(plan) == "near far: a");
}

BOOST_AUTO_TEST_CASE(the_smallest_set_about_one_demand_is_told) {
  auto plan = three_demands();
  plan.constraint("near", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("far", "distance_to_location", {"a"}, near("hamburg", 100))
      .constraint("oregon", "attribute", {"c"}, {{"evaluate", {{"state", "OR"}}}});
  BOOST_TEST(conflict(plan) == "oregon: c");
}

BOOST_AUTO_TEST_CASE(constraints_on_pairs_conflict_with_those_on_their_ends) {
  auto plan = three_demands();
  plan.constraint("texas", "attribute", {"a", "b"}, {{"evaluate", {{"state", "TX"}}}})
      .constraint("south", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("north", "distance_to_location", {"b"}, near("hamburg", 100))
      .constraint("close", "distance_between_demands", {"a", "b", "c"}, km("<", 200));
  BOOST_TEST(conflict(plan) == "south north close: a b");
}

BOOST_AUTO_TEST_CASE(one_constraint_on_too_many_demands_is_a_conflict) {
  auto plan = three_demands();
  plan.constraint("apart", "zone", {"a", "b", "c"}, zone("different"));
  BOOST_TEST(conflict(plan) == "apart: a b c");
}

BOOST_AUTO_TEST_CASE(groups_and_equal_choices_take_part) {
  auto plan = three_demands();
  json::object const same{{"type", "same_candidate"}, {"demands", json::array{"a", "b"}}};
  plan.constraint("differ", "not", {{"constraint", same}})
      .constraint("together", "same_candidate", {"a", "b", "c"}, {});
  BOOST_TEST(conflict(plan) == "differ together: a b");
}

BOOST_AUTO_TEST_CASE(what_the_data_service_knows_takes_part_although_the_plan_itself_was_not_asked_about_all) {
  auto plan = three_demands();
  bench.remote.groups[""] = json::array{json::array{"s", "n"}};
  bench.remote.roles["edge"] = json::array{json::array{"", "n"}};
  json::object const roles{{"network_roles", json::object{{"any", json::array{"edge"}}}}};
  plan.constraint("edges", "attribute", {"a", "b"}, {{"evaluate", roles}})
      .constraint("paired", "inventory_group", {"a", "b"}, {});
  BOOST_TEST(conflict(plan) == "edges paired: a b");
  // Dropped by distance before the roles are asked for, without which one of both would do.
  auto other = three_demands();
  other.constraint("edges", "attribute", {"a"}, {{"evaluate", roles}})
      .constraint("near", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("texas", "attribute", {"a"}, {{"evaluate", {{"state", "TX"}}}});
  BOOST_TEST(conflict(other) == "near edges: a");
}

BOOST_AUTO_TEST_CASE(countries_without_latency_group_take_part) {
  PlanDocument plan;
  plan.location("hq", 48, 11, {{"country", "DEU"}});
  auto here = at(48, 11);
  here["country"] = "DEU";
  here["state"] = "TX";
  auto there = at(46, 2);
  there["country"] = "FRA";
  there["state"] = "CA";
  plan.candidate("d", "here", std::move(here)).candidate("d", "there", std::move(there));
  bench.remote.countries["DEU"] = json::array{json::value("DEU")};
  plan.constraint("california", "attribute", {"d"}, {{"evaluate", {{"state", "CA"}}}})
      .operand("latency_between", {"hq", "d"});
  BOOST_TEST(conflict(plan) == "california latency_between hq: d");
}

BOOST_AUTO_TEST_CASE(without_the_data_service_the_plan_is_answered_without_conflict) {
  auto plan = three_demands();
  json::object const roles{{"network_roles", json::object{{"any", json::array{"edge"}}}}};
  plan.constraint("edges", "attribute", {"a"}, {{"evaluate", roles}})
      .constraint("oregon", "attribute", {"c"}, {{"evaluate", {{"state", "OR"}}}});
  bench.remote.failure = sdk::Error{sdk::Errc::unavailable, "the data service is away"};
  auto const solution = bench.solve(plan, optimal);
  BOOST_TEST((solution.value().proof == sdk::Proof::infeasible));
  BOOST_TEST(!solution->explanation.contains("conflict"));
  BOOST_TEST(bench.host.lines().back().text == "no explanation of why there is no solution: the data service is away");
}

BOOST_AUTO_TEST_CASE(a_demand_without_candidates_is_a_conflict_without_constraints) {
  auto plan = three_demands();
  plan.root()["demands"].as_object()["b"].as_object()["candidates"] = json::array();
  plan.constraint("apart", "zone", {"a", "b"}, zone("different"));
  BOOST_TEST(conflict(plan) == ": b");
}

BOOST_AUTO_TEST_CASE(what_translation_made_of_one_constraint_is_one_again) {
  auto plan = three_demands();
  for (auto const* demand : {"a", "b"}) {
    plan.constraint("near", "distance_to_location", {demand}, near("munich", 100));
    auto& constraints = plan.root()["constraints"].as_object();
    constraints["near_" + std::string(demand)] = constraints["near"];
    constraints.erase("near");
  }
  plan.constraint("apart", "zone", {"a", "b"}, zone("different"));
  BOOST_TEST(conflict(plan) == "near apart: a b");
}

BOOST_AUTO_TEST_CASE(soft_constraints_and_objectives_conflict_with_nothing) {
  auto plan = three_demands();
  json::object soft{{"demands", json::array{"a"}}, {"properties", near("hamburg", 100)}, {"penalty", 5}};
  plan.constraint("wish", "distance_to_location", std::move(soft))
      .constraint("near", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("far", "distance_to_location", {"a"}, near("hamburg", 200))
      .operand("distance_between", {"munich", "a"});
  BOOST_TEST(conflict(plan) == "near far: a");
}

BOOST_AUTO_TEST_CASE(a_solved_plan_has_no_conflict) {
  auto const solution = bench.optimal(three_demands());
  BOOST_TEST(!solution.value().explanation.contains("conflict"));
}

BOOST_AUTO_TEST_CASE(the_log_tells_the_conflict_in_one_line) {
  auto plan = three_demands();
  plan.constraint("near", "distance_to_location", {"a"}, near("munich", 100))
      .constraint("far", "distance_to_location", {"a"}, near("hamburg", 100));
  explain(plan);
  auto const line = bench.host.lines().back().text;
  BOOST_TEST(line.starts_with("no solution: near, far cannot hold together for a; enough would be near distance "),
             line);
}

BOOST_AUTO_TEST_CASE(without_time_the_conflict_is_everything_and_says_that_it_may_be_less) {
  auto plan = three_demands();
  plan.constraint("apart", "zone", {"a", "b", "c"}, zone("different"))
      .constraint("close", "distance_between_demands", {"a", "b"}, km("<", 1000));
  int calls = 0;
  ScriptedStrategy slow([&](sdk::Problem const&, sdk::ProgressSink&) -> sdk::Result<sdk::Solved> {
    if (++calls == 1) return sdk::Solved{sdk::Proof::infeasible, {}, 1};
    bench.host.clock().advance(std::chrono::seconds(9));
    return sdk::Solved{sdk::Proof::unknown, {}, 1};
  });
  auto const solution = bench.solve(plan, slow);
  auto const& found = solution.value().explanation.at("conflict");
  BOOST_TEST(found.at("minimal").as_bool() == false);
  BOOST_TEST(found.at("constraints").as_array().size() == 2U);
  BOOST_TEST(found.at("demands").as_array().size() == 3U);
  BOOST_TEST(found.at("relaxations").as_array().empty());
  BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_CASE(a_strategy_that_was_wrong_gets_no_conflict) {
  auto const plan = three_demands();
  auto constrained = plan;
  constrained.constraint("close", "distance_between_demands", {"a", "b"}, km("<", 1000));
  ScriptedStrategy wrong([](sdk::Problem const&, sdk::ProgressSink&) -> sdk::Result<sdk::Solved> {
    return sdk::Solved{sdk::Proof::infeasible, {}, 1};
  });
  Request const request{"p", "1", "wrong", 7, {}};
  auto const solution =
      services::solver::solve(bench.call, std::make_shared<json::value const>(constrained.document()), request,
                              {bench.options, bench.remote, wrong, bench.host.clock(), bench.host.log(), &optimal});
  BOOST_TEST(!solution.value().explanation.contains("conflict"));
  BOOST_TEST(bench.host.lines().back().text.find("can be satisfied") != std::string::npos);
}

// Minimality against exhaustive enumeration.
BOOST_AUTO_TEST_CASE(the_conflict_of_a_random_plan_is_infeasible_and_each_part_without_one_member_is_not) {
  int infeasible = 0, of_several = 0;
  for (unsigned seed = 1; infeasible < 1000; ++seed) {
    RandomConflicts const random(seed, false);
    auto const& document = random.plan.document();
    if (is_feasible(document, whole(document), bench.options)) continue;
    ++infeasible;
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(document)) {
      auto const found = explain(random.plan);
      BOOST_REQUIRE(!found.contains("minimal"));
      Part part;
      for (auto const& each : found.at("constraints").as_array()) part.constraints.emplace(each.as_string());
      for (auto const& each : found.at("demands").as_array()) part.demands.emplace(each.as_string());
      if (part.demands.size() > 1) ++of_several;
      BOOST_REQUIRE_MESSAGE(!is_feasible(document, part, bench.options), json::serialize(found));
      for (auto const& each : part.constraints) {
        auto less = part;
        less.constraints.erase(each);
        BOOST_REQUIRE_MESSAGE(is_feasible(document, less, bench.options), each << " of " << json::serialize(found));
      }
      for (auto const& each : part.demands) {
        auto less = part;
        less.demands.erase(each);
        BOOST_REQUIRE_MESSAGE(is_feasible(document, less, bench.options), each << " of " << json::serialize(found));
      }
    }
  }
  BOOST_TEST(of_several > 80);
}

BOOST_AUTO_TEST_SUITE_END()
