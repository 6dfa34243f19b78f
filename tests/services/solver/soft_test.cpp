// Soft constraints and groups (solver specification 21.2, 21.3): how often a violation counts, what missing data means,
// what cannot be soft.
#include "fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

json::object entry(json::array demands, json::object properties, char const* soft = nullptr, double price = 0) {
  json::object out{{"demands", std::move(demands)}, {"properties", std::move(properties)}};
  if (soft) out[soft] = price;
  return out;
}

json::object member(char const* type, json::array demands, json::object properties = {}) {
  return {{"type", type}, {"demands", std::move(demands)}, {"properties", std::move(properties)}};
}

json::object distance(char const* op, double value) { return km(op, value); }

double value_of(PlanDocument const& plan) {
  Bench bench;
  auto const solution = bench.optimal(plan);
  BOOST_REQUIRE_MESSAGE(chosen(solution) != "none", chosen(solution));
  BOOST_REQUIRE_MESSAGE(solution.has_value(), chosen(solution));
  return value(solution);
}

std::string outcome(PlanDocument const& plan) {
  Bench bench;
  return chosen(bench.optimal(plan));
}

// One candidate each, in different countries, 111 km apart from each other in a row.
PlanDocument three() {
  PlanDocument plan;
  plan.location("hq", 0, 0);
  char const* const names[] = {"a", "b", "c"};
  for (int i = 0; i < 3; ++i) {
    auto fields = at(0, i + 1);
    fields["country"] = std::string(3, static_cast<char>('A' + i));
    fields["size"] = i;
    plan.candidate(names[i], names[i], std::move(fields));
  }
  return plan;
}

json::array const all{"a", "b", "c"};
json::object const in_a{{"evaluate", json::object{{"country", "AAA"}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(soft_constraints)

BOOST_AUTO_TEST_CASE(a_penalty_counts_once_per_demand_once_per_pair_or_once_per_group) {
  BOOST_TEST(value_of(three().constraint("k", "attribute", entry(all, in_a, "penalty", 10))) == 20);
  BOOST_TEST(value_of(three().constraint("k", "distance_between_demands",
                                         entry(all, distance("<", 120), "penalty", 10))) == 10);
  BOOST_TEST(value_of(three().constraint(
                 "k", "zone", entry(all, {{"qualifier", "same"}, {"category", "country"}}, "penalty", 10))) == 30);
  BOOST_TEST(value_of(three().constraint("k", "same_candidate", entry(all, {}, "penalty", 10))) == 30);
  BOOST_TEST(value_of(three().constraint(
                 "k", "any_of", {{"penalty", 10}, {"constraints", json::array{member("same_candidate", all)}}})) == 10);
}

BOOST_AUTO_TEST_CASE(a_weight_counts_each_unit_beyond_the_limit) {
  // At 1, 2 and 3 degrees, 111.19 km each.
  double const degree = model::distance_km({0, 0}, {0, 1});
  auto to_hq = distance("<=", 150);
  to_hq["location"] = "hq";
  BOOST_TEST(std::abs(value_of(three().constraint("k", "distance_to_location", entry(all, to_hq, "weight", 2))) -
                      2 * (5 * degree - 300)) < 1e-5);
  BOOST_TEST(std::abs(value_of(three().constraint("k", "distance_between_demands",
                                                  entry({"a", "c"}, distance(">", 300), "weight", 1))) -
                      (300 - 2 * degree)) < 1e-5);
  auto const sizes = [](char const* op, double limit) {
    return json::object{
        {"evaluate",
         json::array{json::object{{"attribute", "size"}, {"operator", op}, {"threshold", limit}, {"unit", "sec"}}}}};
  };
  // In the base unit, milliseconds.
  BOOST_TEST(value_of(three().constraint("k", "threshold", entry(all, sizes("gte", 1), "weight", 3))) == 3000);
}

BOOST_AUTO_TEST_CASE(missing_data_is_a_violation_of_a_penalty_and_a_gap_of_a_weight) {
  PlanDocument plan;
  plan.candidate("d", "bare").location("hq", 0, 0);
  auto near = distance("<", 10);
  near["location"] = "hq";
  auto priced = plan;
  BOOST_TEST(value_of(priced.constraint("k", "distance_to_location", entry({"d"}, near, "penalty", 7))) == 7);
  Bench bench;
  auto weighted = plan;
  weighted.constraint("k", "distance_to_location", entry({"d"}, near, "weight", 7));
  auto const solution = bench.optimal(weighted);
  BOOST_TEST(value(solution) == 0);
  BOOST_TEST(solution->solver_info[0].at("gaps").to_number<int>() == 1);
  BOOST_TEST(solution->solver_info[0].at("violated") == json::value(json::array{"k"}));
}

BOOST_AUTO_TEST_CASE(maximizing_subtracts_penalties) {
  auto plan = three();
  plan.root()["objective"] = json::parse(R"({"goal": "maximize", "operation_function": {"operator": "sum", "operands": [
      {"function": "attribute", "params": {"demand": "c", "attribute": "size"}}]}})");
  BOOST_TEST(value_of(plan.constraint("k", "attribute", entry({"c"}, in_a, "penalty", 5))) == -3);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_soft_is_refused) {
  auto const refused = [](char const* type, json::object document) {
    return outcome(three().constraint("k", type, std::move(document)));
  };
  BOOST_TEST(refused("hpa", entry({"a"}, {}, "penalty", 1)).find("cannot be soft") != std::string::npos);
  BOOST_TEST(refused("attribute", entry({"a"}, in_a, "weight", 1)).find("use penalty") != std::string::npos);
  BOOST_TEST(
      refused("distance_between_demands", entry({"a", "b"}, distance("=", 1), "weight", 1)).find("use penalty") !=
      std::string::npos);
  BOOST_TEST(refused("attribute", entry({"a"}, in_a, "penalty", 0)).find("greater than 0") != std::string::npos);
  auto both = entry({"a", "b"}, distance("<", 1), "penalty", 1);
  both["weight"] = 1;
  BOOST_TEST(refused("distance_between_demands", both).find("only one of them") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(groups)

BOOST_AUTO_TEST_CASE(a_member_that_lists_several_demands_holds_for_all_of_them) {
  json::object const two{{"evaluate", json::object{{"country", json::object{{"any", json::array{"AAA", "BBB"}}}}}}};
  auto const holds = [&](json::array demands) {
    return outcome(three().constraint("k", "any_of",
                                      {{"constraints", json::array{member("attribute", std::move(demands), two)}}}));
  };
  BOOST_TEST(holds({"a", "b"}) == "a b c");
  BOOST_TEST(holds(all) == "none");
}

BOOST_AUTO_TEST_CASE(not_is_true_when_its_member_is_false_but_not_when_data_is_missing) {
  auto const denied = [](char const* field) {
    return outcome(three().constraint(
        "k", "not", {{"constraint", member("attribute", {"a"}, {{"evaluate", json::object{{field, "XXX"}}}})}}));
  };
  BOOST_TEST(denied("country") == "a b c");
  BOOST_TEST(denied("colour") == "none");
}

BOOST_AUTO_TEST_CASE(candidates_that_a_group_of_one_demand_drops_are_explained) {
  Bench bench;
  auto const solution = bench.optimal(
      three().constraint("k", "any_of", {{"constraints", json::array{member("attribute", {"c"}, in_a)}}}));
  BOOST_TEST(drop_of(solution, "c", "c")->at("text").as_string() == "no member of 'any_of' holds");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_member_is_refused) {
  auto const refused = [](json::object document) {
    return outcome(three().constraint("k", std::string(document.at("type").as_string()), document));
  };
  auto const with = [](json::object inner) { return json::object{{"type", "not"}, {"constraint", std::move(inner)}}; };
  BOOST_TEST(refused(with(member("hpa", {"a"}))).find("'hpa', which cannot be a member") != std::string::npos);
  auto soft = member("attribute", {"a"}, in_a);
  soft["penalty"] = 1;
  BOOST_TEST(refused(with(soft)).find("only the group itself") != std::string::npos);
  BOOST_TEST(refused(with(member("attribute", {"nobody"}, in_a))).find("no demand of the plan") != std::string::npos);
  BOOST_TEST(refused({{"type", "any_of"}, {"constraints", json::array()}}).find("names no demand") !=
             std::string::npos);
  BOOST_TEST(refused(with(with(with(with(with(member("attribute", {"a"}, in_a))))))).find("nested more than 4") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
