// The generic grammar (solver specification 8.3, 8.5), latency groups (9) and the price of moves (21.6).
#include "fixture.hpp"
#include "services/solver/input.hpp"
#include "services/solver/strategy_choice.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests::solver;

namespace {

PlanDocument sizes(json::array first, json::array second) {
  PlanDocument plan;
  int id = 0;
  for (auto const& size : first) plan.candidate("x", "x" + std::to_string(id++), {{"size", size}});
  for (auto const& size : second) plan.candidate("y", "y" + std::to_string(id++), {{"size", size}});
  return plan;
}

PlanDocument& generic(PlanDocument& plan, std::string const& text) {
  plan.root()["objective"] = json::parse(text);
  return plan;
}

std::string const x = R"({"function": "attribute", "params": {"demand": "x", "attribute": "size"}})",
                  y = R"({"function": "attribute", "params": {"demand": "y", "attribute": "size"}})";

std::string tree(std::string const& goal, std::string const& op, std::string const& operands) {
  return R"({"goal": ")" + goal + R"(", "operation_function": {"operator": ")" + op + R"(", "operands": [)" + operands +
         "]}}";
}

struct Latency {
  Latency() {
    bench.remote.placeholders = {{"ALPS", "CHE, LIE"}};
    plan.location("home", 0, 0, {{"country", "HUN"}});
  }
  Latency& with(std::string const& id, json::value country, double longitude = 1) {
    auto fields = at(0, longitude, 2);
    if (!country.is_null()) fields["country"] = std::move(country);
    plan.candidate("d", id, std::move(fields));
    return *this;
  }
  sdk::Result<Solution> solve(std::string const& count = "1") {
    if (plan.root()["objective"].is_null()) plan.operand("latency_between", {"d", "home"});
    return bench.optimal(plan, count);
  }
  std::string order() {
    auto const solution = solve("all");
    if (!solution) return solution.error().text;
    std::string text;
    for (std::size_t i = 0; i < solution->recommendations.size(); ++i) text += chosen(solution, i);
    return text;
  }
  PlanDocument plan;
  Bench bench;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(generic_objective)

BOOST_AUTO_TEST_CASE(S49_max_is_the_maximum_and_min_the_minimum) {
  Bench bench;
  auto plan = sizes({3}, {9});
  BOOST_TEST(value(bench.optimal(generic(plan, tree("minimize", "max", x + "," + y)))) == 9);
  BOOST_TEST(value(bench.optimal(generic(plan, tree("minimize", "min", x + "," + y)))) == 3);
  BOOST_TEST(value(bench.optimal(generic(plan, tree("maximize", "sum", x + "," + y)))) == 12);
}

BOOST_AUTO_TEST_CASE(normalization_comes_before_weight_and_may_be_reversed) {
  Bench bench;
  auto plan = sizes({65}, {0});
  auto operand = x;
  operand.insert(1, R"("normalization": {"start": 200, "end": 20}, "weight": 2, )");
  BOOST_TEST(value(bench.optimal(generic(plan, tree("minimize", "sum", operand)))) == 1.5);
}

BOOST_AUTO_TEST_CASE(S52_values_below_zero_are_reached_when_maximizing) {
  Bench bench;
  auto plan = sizes({-5, -3, -9}, {0});
  auto const solution = bench.optimal(generic(plan, tree("maximize", "sum", x)));
  BOOST_TEST(chosen(solution) == "x1 y3");
  BOOST_TEST(value(solution) == -3);
  BOOST_TEST(solution->solver_info[0].at("bound").as_double() == -3);
}

BOOST_AUTO_TEST_CASE(S53_numeric_text_counts_and_candidates_without_the_attribute_come_last) {
  Bench bench;
  auto plan = sizes({nullptr, "7", 8}, {0});
  auto const solution = bench.optimal(generic(plan, tree("maximize", "sum", x)), "all");
  BOOST_TEST(chosen(solution, 0) == "x2 y3");
  BOOST_TEST(chosen(solution, 1) == "x1 y3");
  BOOST_TEST(chosen(solution, 2) == "x0 y3");
  BOOST_TEST(solution->solver_info[2].at("gaps").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(a_missing_value_is_left_out_of_an_extreme) {
  Bench bench;
  auto plan = sizes({nullptr}, {9});
  BOOST_TEST(value(bench.optimal(generic(plan, tree("minimize", "min", x + "," + y)))) == 9);
  BOOST_TEST(value(bench.optimal(generic(plan, tree("minimize", "min", x)))) == 0);
}

BOOST_AUTO_TEST_CASE(S50_S51_functions_of_several_demands_and_places_are_summed_without_costs) {
  PlanDocument plan;
  plan.location("hq", 0, 0, {{"country", "DEU"}});
  auto const place = [](double longitude, char const* country) {
    auto fields = at(0, longitude, 5);
    fields["country"] = country;
    return fields;
  };
  plan.candidate("x", "near", place(1, "AUT"))
      .candidate("x", "far", place(3, "DEU"))
      .candidate("y", "y", place(2, "DEU"));
  auto const text = tree("minimize", "sum", R"(
    {"function": "distance_between", "params": {"location": "hq", "demand": "y"}},
    {"function": "distance_between", "params": {"demands": ["x", "y"]}},
    {"function": "latency_between", "params": {"location": "hq", "demand": "x"}})");
  Bench bench;
  bench.remote.countries = {{"DEU", json::array{"DEU", "*"}}};
  auto const solution = bench.optimal(generic(plan, text), "all");
  double const degree = model::distance_km({0, 0}, {0, 1});
  BOOST_TEST(chosen(solution, 0) == "far y");
  BOOST_TEST(std::abs(value(solution, 0) - 6 * degree) < 1e-5);
  BOOST_TEST(std::abs(value(solution, 1) - (4 * degree + 20000)) < 1e-5);
}

BOOST_AUTO_TEST_CASE(malformed_trees_are_refused_by_place) {
  Bench bench;
  auto plan = sizes({1}, {1});
  for (auto const& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {tree("improve", "sum", x), "goal 'improve'"},
           {tree("minimize", "avg", x), "operator 'avg'"},
           {tree("minimize", "sum", ""), "no operands"},
           {tree("minimize", "sum", R"({"function": "cost", "params": {}})"), "operand 1 uses the function 'cost'"},
           {tree("minimize", "sum", R"({"function": "attribute", "params": {"demand": "z", "attribute": "a"}})"),
            "'z'"},
           {tree("minimize", "sum", R"({"function": "distance_between", "params": {"demand": "x", "location": "z"}})"),
            "no location"},
           {tree("minimize", "sum", R"({"function": "distance_between", "params": {"demands": ["x", "x"]}})"),
            "two different demands"},
           {tree("minimize", "sum", R"({"function": "attribute", "params": {"demand": "x", "attribute": "a"},
              "normalization": {"start": 1, "end": 1}})"),
            "must differ"}})
    BOOST_TEST(chosen(bench.optimal(generic(plan, text))).find(part) != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(latency_groups)

// S54, S57, S58
BOOST_AUTO_TEST_CASE(the_example_of_the_specification) {
  Latency latency;
  latency.bench.remote.countries = {{"HUN", json::array{"AUT,HUN", "ALPS", "*"}}};
  latency.with("p", "PER", 10).with("j", "JPN", 20).with("c", "CHE", 90).with("h", "HUN", 120).with("n", nullptr, 5);
  BOOST_TEST(latency.order() == "hcnpj");
  double const km = model::distance_km({0, 0}, {0, 10});
  BOOST_TEST(std::abs(value(latency.solve("all"), 3) - (km + 40000 + 2)) < 1e-5);
}

// S57, S58
BOOST_AUTO_TEST_CASE(without_a_wildcard_candidates_in_no_group_are_dropped_by_name) {
  Latency latency;
  latency.bench.remote.countries = {{"*", json::array{"CHE"}}};
  latency.with("p", "PER").with("n", nullptr).with("c", "CHE");
  BOOST_TEST(latency.order() == "c");
  auto const solution = latency.solve();
  BOOST_TEST(drop_of(solution, "d", "p")->at("text").as_string() ==
             "country PER is in no latency group of the location");
  BOOST_TEST(drop_of(solution, "d", "n")->at("reason").as_string() == "latency-group");
  auto const& funnel = solution->explanation.at("demands").at("d").at("funnel").as_array();
  BOOST_TEST(funnel.back().at("type").as_string() == "latency_between");
}

BOOST_AUTO_TEST_CASE(S56_S59_tokens_are_expanded_one_by_one_and_the_first_group_counts) {
  Latency latency;
  latency.bench.remote.placeholders["DEU"] = "PER";  // a name that looks like a country goes first
  latency.bench.remote.countries = {{"HUN", json::array{" DEU , nowhere", "unknown", "CHE", "PER"}}};
  latency.with("c", "CHE", 1).with("p", "PER", 2).with("g", "DEU", 3);
  BOOST_TEST(latency.order() == "pc");
  auto const lines = latency.bench.host.lines();
  for (auto const* warning :
       {"latency rule for 'HUN' has 'nowhere', which is no country code and no loaded placeholder",
        "latency rule for 'HUN' has PER in several groups; the first one counts"})
    BOOST_TEST(std::any_of(lines.begin(), lines.end(), [&](auto const& line) {
      return line.level == sdk::Level::warning && line.text.starts_with(warning);
    }));
  BOOST_TEST(std::abs(value(latency.solve("all"), 1) - (20000 + 2 + model::distance_km({0, 0}, {0, 1}))) < 1e-5);
}

BOOST_AUTO_TEST_CASE(S55_a_plan_without_latency_asks_for_no_rules_and_one_without_any_rule_is_not_solved) {
  Latency latency;
  latency.with("c", "CHE").plan.operand("cost", {"d"});
  BOOST_TEST(latency.order() == "c");
  BOOST_TEST(latency.bench.remote.calls.empty());
  Latency without;
  auto const solution = without.with("c", "CHE").solve();
  BOOST_TEST((solution->proof == sdk::Proof::infeasible));
  BOOST_TEST(solution->message.find("country HUN has no latency rule, and there is no rule for '*'") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(S55_each_operand_goes_by_its_own_location_and_one_without_country_by_the_rule_for_all) {
  Latency latency;
  latency.bench.remote.countries = {{"HUN", json::array{"CHE", "PER"}}, {"*", json::array{"PER", "CHE"}}};
  latency.plan.location("nowhere", 0, 0);
  latency.with("c", "CHE").with("p", "PER");
  latency.plan.operand("latency_between", {"nowhere", "d"});
  BOOST_TEST(latency.order() == "pc");
  latency.plan.operand("latency_between", {"home", "d"}, 2);
  BOOST_TEST(latency.order() == "cp");
}

BOOST_AUTO_TEST_CASE(S60_strict_steps_are_longer_than_any_distance) {
  Latency latency;
  latency.bench.remote.countries = {{"*", json::array{"CHE", "PER"}}};
  latency.with("far", "CHE", 180).with("near", "PER", 0);
  BOOST_TEST(latency.order() == "nearfar");
  latency.bench.options.latency_step = 20016;
  BOOST_TEST(latency.order() == "farnear");
}

BOOST_AUTO_TEST_CASE(between_demands_the_rule_is_that_of_the_first_choice) {
  Latency latency;
  latency.bench.remote.countries = {{"CHE", json::array{"CHE", "PER"}}, {"PER", json::array{"PER"}}};
  latency.with("c", "CHE").with("p", "PER");
  auto fields = at(0, 1);
  fields["country"] = "PER";
  latency.plan.candidate("e", "e", std::move(fields));
  latency.plan.operand("latency_between", {"d", "e"});
  BOOST_TEST(chosen(latency.solve()) == "p e");
  // The other way round the first choice is always in PER, which has no group for CHE.
  latency.plan.root()["objective"] = nullptr;
  latency.plan.operand("latency_between", {"e", "d"});
  auto const solution = latency.solve("all");
  BOOST_TEST(chosen(solution, 0) == "p e");
  BOOST_TEST(value(solution, 1) == 20000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(moves)

// Beyond its low cost only by being left alone: 9,000 km further away than another one.
PlanDocument far_away(char const* request_type) {
  PlanDocument plan;
  plan.location("hq", 0, 0).candidate("d", "near", at(0, 1)).candidate("d", "placed", at(0, 90, -8000));
  auto& placed = plan.root()["demands"].at("d").at("candidates").as_array()[1].as_object();
  placed["existing_placement"] = "true";
  plan.root()["request_type"] = request_type;
  return plan;
}

BOOST_AUTO_TEST_CASE(S67_with_sticky_an_existing_placement_is_kept_whatever_the_objective_says) {
  auto plan = far_away("speed changed");
  plan.operand("distance_between", {"hq", "d"});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "near");
  bench.options.sticky = true;
  auto const kept = bench.optimal(plan);
  BOOST_TEST(chosen(kept) == "placed");
  BOOST_TEST(std::abs(value(kept) - (model::distance_km({0, 0}, {0, 90}) - 8000)) < 1e-6);
  BOOST_TEST(kept->solver_info.at(0).at("moves").to_number<int>() == 0);
  plan.root()["request_type"] = "initial";
  BOOST_TEST(chosen(bench.optimal(plan)) == "near");
}

BOOST_AUTO_TEST_CASE(S67_a_placement_that_a_constraint_forbids_is_left_all_the_same) {
  auto plan = far_away("speed changed");
  plan.operand("distance_between", {"hq", "d"});
  auto limit = km("<", 1000);
  limit["location"] = "hq";
  plan.constraint("k", "distance_to_location", {"d"}, std::move(limit));
  Bench bench;
  bench.options.sticky = true;
  auto const moved = bench.optimal(plan);
  BOOST_TEST(chosen(moved) == "near");
  BOOST_TEST(moved->solver_info.at(0).at("moves").to_number<int>() == 1);
  BOOST_TEST(!moved->solver_info.at(0).as_object().contains("gaps"));
}

BOOST_AUTO_TEST_CASE(S62_without_an_objective_a_changed_speed_keeps_the_placement) {
  Bench bench;
  auto const plan = far_away("speed changed");
  BOOST_TEST(has_preferences(plan.document()));
  BOOST_TEST(chosen(bench.optimal(plan)) == "placed");
  BOOST_TEST(!has_preferences(far_away("initial").document()));
}

BOOST_AUTO_TEST_CASE(each_demand_that_leaves_its_placement_costs_and_the_bonus_does_not_count) {
  PlanDocument plan;
  plan.candidate("d", "here", {{"existing_placement", "true"}, {"cost", -8000}, {"normal_cost", 10}});
  plan.candidate("d", "there", {{"cost", 4}}).candidate("e", "new", {{"cost", 1}});
  plan.operand("cost", {"d", "e"});
  Bench bench;
  BOOST_TEST(chosen(bench.optimal(plan)) == "here new");
  bench.move_cost = 5;
  auto const moved = bench.optimal(plan);
  BOOST_TEST(chosen(moved) == "there new");
  BOOST_TEST(value(moved) == 10);
  BOOST_TEST(moved->solver_info[0].at("moves").to_number<int>() == 1);
  bench.move_cost = 7;
  auto const stayed = bench.optimal(plan);
  BOOST_TEST(chosen(stayed) == "here new");
  BOOST_TEST(value(stayed) == 11);
  BOOST_TEST(stayed->solver_info[0].at("moves").to_number<int>() == 0);
}

BOOST_AUTO_TEST_CASE(the_price_comes_from_template_or_request_and_makes_a_plan_have_preferences) {
  ChoiceSources sources;
  auto const document = json::parse(R"({"conductor_solver": {"objective": null, "solver": {"move_cost": 3}}})");
  json::value extras;
  sources.configured = "optimal";
  sources.loaded = {"optimal", "random_pick"};
  sources.translated = &document;
  sources.extras = &extras;
  BOOST_TEST(choose_strategy(sources).move_cost.value() == 3);
  BOOST_TEST(choose_strategy(sources).strategy == "optimal");
  extras = json::parse(R"({"solver": {"move_cost": 0}})");
  BOOST_TEST(choose_strategy(sources).move_cost.value() == 0);
  extras = json::parse(R"({"solver": {"move_cost": -1}})");
  BOOST_CHECK_THROW(choose_strategy(sources), InvalidPlan);
}

BOOST_AUTO_TEST_SUITE_END()
