// The smallest change of one limit that makes a plan solvable.
#include "random_conflicts.hpp"

#include "core/model/geo.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

struct Relaxed {
  Bench bench;
  LoadedStrategy optimal{"optimal"};

  json::array relaxations(PlanDocument const& plan) {
    auto const solution = bench.solve(plan, optimal);
    BOOST_REQUIRE_MESSAGE(solution.has_value(), (solution.has_error() ? solution.error().text : ""));
    BOOST_REQUIRE((solution->proof == sdk::Proof::infeasible));
    return solution->explanation.at("conflict").at("relaxations").as_array();
  }
  json::object only(PlanDocument const& plan) {
    auto const list = relaxations(plan);
    BOOST_REQUIRE_MESSAGE(list.size() == 1U, json::serialize(list));
    return list[0].as_object();
  }
};

double number(json::object const& relaxation, char const* name) { return relaxation.at(name).to_number<double>(); }

PlanDocument sizes(char const* op, double limit, std::vector<double> const& values, json::object item = {}) {
  PlanDocument plan;
  for (std::size_t i = 0; i < values.size(); ++i) plan.candidate("d", "c" + std::to_string(i), {{"size", values[i]}});
  item["attribute"] = "size";
  item["operator"] = op;
  item["threshold"] = limit;
  plan.constraint("k", "threshold", {"d"}, {{"evaluate", json::array{std::move(item)}}});
  return plan;
}

// The document with another limit, where `relaxation` says.
json::value with_limit(json::value document, json::object const& relaxation, std::size_t item, double value) {
  auto& constraint =
      document.at("conductor_solver").at("constraints").as_object().at(relaxation.at("constraint").as_string());
  std::string const property(relaxation.at("property").as_string());
  auto& properties = constraint.at("properties").as_object();
  if (property == "distance.min" || property == "distance.max")
    properties.at("distance").at("value").as_object()[property.substr(9)] = value;
  else if (property == "distance")
    properties.at("distance").as_object()["value"] = value;
  else
    properties.at("evaluate").at(item).as_object()["threshold"] = value;
  return document;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(relaxations, Relaxed)

BOOST_AUTO_TEST_CASE(a_distance_to_a_location_becomes_that_of_the_nearest_candidate) {
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).candidate("d", "hamburg", at(53.6, 10.0)).candidate("d", "kiel", at(54.3, 10.1));
  auto near = km("<", 500);
  near["location"] = "munich";
  plan.constraint("near", "distance_to_location", {"d"}, near);
  auto const distance = model::distance_km({48.1, 11.6}, {53.6, 10.0});
  auto const found = only(plan);
  BOOST_TEST(found.at("constraint").as_string() == "near");
  BOOST_TEST(found.at("property").as_string() == "distance");
  BOOST_TEST(found.at("unit").as_string() == "km");
  BOOST_TEST(number(found, "from") == 500);
  BOOST_TEST(number(found, "to") == std::ceil(distance * 10) / 10);
}

BOOST_AUTO_TEST_CASE(a_distance_between_demands_becomes_that_of_the_nearest_pair) {
  PlanDocument plan;
  plan.candidate("a", "munich", at(48.1, 11.6)).candidate("b", "hamburg", at(53.6, 10.0));
  plan.candidate("b", "kiel", at(54.3, 10.1));
  plan.constraint("close", "distance_between_demands", {"a", "b"}, km("<=", 500));
  auto const distance = model::distance_km({48.1, 11.6}, {53.6, 10.0});
  BOOST_TEST(number(only(plan), "to") == std::ceil(distance * 10) / 10);
  PlanDocument far;
  far.candidate("a", "munich", at(48.1, 11.6)).candidate("b", "hamburg", at(53.6, 10.0));
  far.constraint("far", "distance_between_demands", {"a", "b"}, km(">", 800));
  BOOST_TEST(number(only(far), "to") == std::floor(distance * 10) / 10);
}

BOOST_AUTO_TEST_CASE(a_strict_limit_goes_beyond_what_it_must_admit) {
  BOOST_TEST(number(only(sizes("lt", 2, {3, 4})), "to") == 3.1);
  BOOST_TEST(number(only(sizes("lte", 2, {3, 4})), "to") == 3);
  BOOST_TEST(number(only(sizes("gt", 9, {3, 4})), "to") == 3.9);
  BOOST_TEST(number(only(sizes("gte", 9, {3, 4.25})), "to") == 4.2);
  BOOST_TEST(number(only(sizes("lt", 3, {3, 4})), "to") == 3.1);
}

BOOST_AUTO_TEST_CASE(a_threshold_is_told_in_its_own_unit) {
  auto const found = only(sizes("gte", 2, {1, 1.5}, {{"unit", "GB"}}));
  BOOST_TEST(found.at("property").as_string() == "size");
  BOOST_TEST(found.at("unit").as_string() == "GB");
  BOOST_TEST(number(found, "to") == 1.5);
}

BOOST_AUTO_TEST_CASE(equality_and_missing_data_cannot_be_relaxed) {
  BOOST_TEST(relaxations(sizes("eq", 2, {1, 3})).empty());
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).candidate("d", "nowhere");
  auto near = km("<", 500);
  near["location"] = "munich";
  plan.constraint("near", "distance_to_location", {"d"}, near);
  BOOST_TEST(relaxations(plan).empty());
}

BOOST_AUTO_TEST_CASE(of_a_range_the_end_that_helps_moves) {
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).candidate("d", "hamburg", at(53.6, 10.0));
  json::object range{{"location", "munich"}};
  range["distance"] = json::object{{"value", {{"min", 700}, {"max", 900}}}, {"units", "km"}};
  plan.constraint("ring", "distance_to_location", {"d"}, range);
  auto const found = only(plan);
  BOOST_TEST(found.at("property").as_string() == "distance.min");
  BOOST_TEST(number(found, "to") == std::floor(model::distance_km({48.1, 11.6}, {53.6, 10.0}) * 10) / 10);
}

BOOST_AUTO_TEST_CASE(network_limits_are_relaxed_too) {
  // Without a model: 1.4 times the great circle, 2 ms for each 200 km.
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).candidate("d", "hamburg", at(53.6, 10.0)).candidate("e", "here", at(48.1, 11.6));
  json::object const limit{{"operator", "<="}, {"value", 2}};
  plan.constraint("fast", "network_to_location", {"d"}, {{"location", "munich"}, {"latency", limit}});
  auto const latency = 2 * 1.4 * model::distance_km({48.1, 11.6}, {53.6, 10.0}) / 200;
  auto found = only(plan);
  BOOST_TEST(found.at("property").as_string() == "latency");
  BOOST_TEST(found.at("unit").as_string() == "ms");
  BOOST_TEST(number(found, "to") == std::ceil(latency * 10) / 10);
  PlanDocument pair;
  pair.candidate("d", "hamburg", at(53.6, 10.0)).candidate("e", "munich", at(48.1, 11.6));
  pair.constraint("fast", "network_between_demands", {"d", "e"}, {{"latency", limit}});
  BOOST_TEST(number(only(pair), "to") == std::ceil(latency * 10) / 10);
}

BOOST_AUTO_TEST_CASE(what_does_not_make_the_whole_plan_solvable_is_no_relaxation) {
  auto plan = sizes("lt", 2, {3, 4});
  plan.candidate("e", "x", {{"state", "TX"}});
  plan.constraint("oregon", "attribute", {"e"}, {{"evaluate", {{"state", "OR"}}}});
  BOOST_TEST(relaxations(plan).empty());
}

BOOST_AUTO_TEST_CASE(all_parts_of_a_split_constraint_are_relaxed_together) {
  PlanDocument plan;
  plan.location("munich", 48.1, 11.6).candidate("a", "hamburg", at(53.6, 10.0)).candidate("b", "kiel", at(54.3, 10.1));
  for (auto const* demand : {"a", "b"}) {
    auto near = km("<=", 100);
    near["location"] = "munich";
    plan.constraint("near", "distance_to_location", {demand}, near);
    auto& constraints = plan.root()["constraints"].as_object();
    constraints["near_" + std::string(demand)] = constraints["near"];
    constraints.erase("near");
  }
  BOOST_TEST(number(only(plan), "to") == std::ceil(model::distance_km({48.1, 11.6}, {54.3, 10.1}) * 10) / 10);
}

// The whole plan, solved by enumeration: with the value, and with the one before.
BOOST_AUTO_TEST_CASE(a_relaxation_of_a_random_plan_helps_and_a_smaller_one_does_not) {
  int helped = 0, helpless = 0;
  for (unsigned seed = 1; helped < 300; ++seed) {
    RandomConflicts const random(seed, false);
    auto const& document = random.plan.document();
    auto const all = whole(document);
    if (is_feasible(document, all, bench.options)) continue;
    auto const solvable = [&](json::object const& change, std::size_t item, double value) {
      return is_feasible(with_limit(document, change, item, value), all, bench.options);
    };
    BOOST_TEST_CONTEXT("seed " << seed << ": " << json::serialize(document)) {
      auto const solution = bench.solve(random.plan, optimal);
      auto const& conflict = solution.value().explanation.at("conflict");
      std::set<std::string, std::less<>> relaxed;
      for (auto const& each : conflict.at("relaxations").as_array()) {
        auto const& change = each.as_object();
        relaxed.emplace(change.at("constraint").as_string());
        double const from = number(change, "from"), to = number(change, "to");
        BOOST_REQUIRE(std::abs(to * 10 - std::round(to * 10)) < 1e-9);
        double const before = std::abs(to - from) <= 0.1 ? from : to + (to > from ? -0.1 : 0.1);
        // Items of a threshold are told apart by their limit.
        bool right = false;
        for (std::size_t item = 0; item < 2; ++item) {
          if (change.at("unit") == "km" && item > 0) continue;
          auto const& constraint =
              document.at("conductor_solver").at("constraints").as_object().at(change.at("constraint").as_string());
          if (auto const* items = constraint.at("properties").as_object().if_contains("evaluate"))
            if (item >= items->as_array().size() || items->at(item).at("threshold").to_number<double>() != from)
              continue;
          right = right || (solvable(change, item, to) && !solvable(change, item, before));
        }
        BOOST_REQUIRE_MESSAGE(right, json::serialize(each));
        ++helped;
      }
      // Distance limits that are not told do not help, however far they go.
      for (auto const& each : conflict.at("constraints").as_array()) {
        std::string const name(each.as_string());
        auto const& constraint = document.at("conductor_solver").at("constraints").as_object().at(name);
        auto const* distance = constraint.as_object().contains("properties")
                                   ? constraint.at("properties").as_object().if_contains("distance")
                                   : nullptr;
        if (distance == nullptr || relaxed.contains(name) || distance->at("value").is_object()) continue;
        bool const upper = distance->at("operator").as_string().starts_with("<");
        BOOST_REQUIRE(!solvable({{"constraint", name}, {"property", "distance"}}, 0, upper ? 30000 : 0));
        ++helpless;
      }
    }
  }
  BOOST_TEST(helpless > 20);
}

BOOST_AUTO_TEST_SUITE_END()
