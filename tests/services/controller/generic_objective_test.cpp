// Optimization in the grammar of version 2020-08-13: its schema, its messages, and what the solver gets.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

json::value with_optimization(json::value optimization) {
  auto document = good_template();
  document["homing_template_version"] = "2020-08-13";
  document["optimization"] = std::move(optimization);
  return document;
}

std::string of_optimization(std::string const& optimization) {
  return checked(with_optimization(json::parse(optimization))).message;
}

std::string of_operand(std::string const& operand) {
  return of_optimization(R"({"goal": "minimize", "operation_function": {"operator": "max", "operands": [)" + operand +
                         "]}}");
}

std::string const invalid = "Optimization object is not valid. Validation error: ";

}  // namespace

BOOST_AUTO_TEST_SUITE(generic_objective)

BOOST_AUTO_TEST_CASE(is_the_section_with_parameters_reduced_to_the_needed_names) {
  auto const optimization =
      json::parse(R"({"goal": "maximize", "operation_function": {"operator": "sum", "note": "kept",
    "operands": [
      {"function": "attribute", "params": {"demand": "fw", "attribute": "reliability", "unit": "%"},
       "normalization": {"start": 100, "end": 90}, "weight": 2.0},
      {"operation_function": {"operator": "max", "operands": [
        {"function": "distance_between", "params": {"location": "hq", "demand": "mux"}},
        {"function": "latency_between", "params": {"demands": ["fw", "mux"], "location": "hq"}}]}}]}})");
  Answers answers;
  auto const document = translated(with_optimization(optimization), answers);
  BOOST_TEST(document.at("version").as_string() == "2020-08-13");
  auto expected = optimization;
  auto& operands = expected.at_pointer("/operation_function/operands").as_array();
  operands[0].at("params").as_object().erase("unit");
  operands[1].at_pointer("/operation_function/operands/1/params").as_object().erase("location");
  BOOST_TEST(document.at("objective") == expected);
  BOOST_TEST(translated(with_optimization(json::object()), answers).at("objective").is_null());
}

BOOST_AUTO_TEST_CASE(takes_parameters_like_every_other_section) {
  auto document =
      with_optimization(json::parse(R"({"goal": {"get_param": "goal"}, "operation_function": {"operator": "min",
    "operands": [{"function": "attribute", "params": {"demand": "fw", "attribute": "a"}, "weight": {"get_param": "w"}}]}})"));
  document.as_object()["parameters"] = json::parse(R"({"goal": "minimize", "w": 0.5})");
  Answers answers;
  BOOST_TEST(translated(document, answers).at("objective").at_pointer("/operation_function/operands/0/weight") ==
             json::value(0.5));
}

BOOST_AUTO_TEST_CASE(is_held_to_its_schema_in_the_words_of_the_original) {
  BOOST_TEST(of_optimization(R"({"operation_function": {"operator": "sum", "operands": [1]}})") ==
             invalid + "'goal' is a required property");
  BOOST_TEST(of_optimization(R"({"goal": "minimize"})") == invalid + "'operation_function' is a required property");
  BOOST_TEST(of_optimization(R"({"goal": "best", "operation_function": {}})") ==
             invalid + "'best' is not one of ['minimize', 'maximize']");
  BOOST_TEST(of_optimization(R"({"goal": "minimize", "operation_function": {"operator": "avg", "operands": [1]}})") ==
             invalid + "'avg' is not one of ['sum', 'min', 'max']");
  BOOST_TEST(of_optimization(R"({"goal": "minimize", "operation_function": 5})") ==
             invalid + "5 is not of type 'object'");
  BOOST_TEST(of_optimization(R"({"goal": "minimize", "operation_function": {"operator": "sum"}})") ==
             invalid + "'operands' is a required property");
  BOOST_TEST(of_optimization(R"({"minimize": {"sum": []}})") == invalid + "'goal' is a required property");
}

BOOST_AUTO_TEST_CASE(refuses_operands_that_have_neither_form) {
  std::string const neither = " is not valid under any of the given schemas";
  BOOST_TEST(of_operand("7") == invalid + "7" + neither);
  BOOST_TEST(of_operand(R"({"function": "cost", "params": {}})") ==
             invalid + "{'function': 'cost', 'params': {}}" + neither);
  BOOST_TEST(of_operand(R"({"function": "attribute"})") == invalid + "{'function': 'attribute'}" + neither);
  BOOST_TEST(
      has(of_operand(R"({"function": "attribute", "params": {"demand": "fw", "attribute": "a"}, "weight": "2"})"),
          neither));
  BOOST_TEST(has(of_operand(R"({"operation_function": {"operator": "sum", "operands": []}})"), neither));
}

BOOST_AUTO_TEST_CASE(refuses_an_empty_list_of_operands) {
  BOOST_TEST(of_optimization(R"({"goal": "minimize", "operation_function": {"operator": "sum", "operands": []}})") ==
             invalid + "[] is too short");
}

// Solver specification S12
BOOST_AUTO_TEST_CASE(checks_names_and_parameters_of_functions) {
  BOOST_TEST(of_operand(R"({"function": "attribute", "params": {"demand": "nobody", "attribute": "a"}})") ==
             "nobody is not a valid demand name");
  BOOST_TEST(of_operand(R"({"function": "distance_between", "params": {"demand": "fw", "location": "moon"}})") ==
             "moon is not a valid location name");
  BOOST_TEST(of_operand(R"({"function": "distance_between", "params": {"location": "hq"}})") ==
             "The function distance_between expect the param demand,but not found");
  BOOST_TEST(of_operand(R"({"function": "latency_between", "params": {"demand": "fw"}})") ==
             "The function latency_between expect the param location,but not found");
  BOOST_TEST(of_operand(R"({"function": "attribute", "params": {"demand": "fw"}})") ==
             "The function attribute expect the param attribute,but not found");
  BOOST_TEST(
      of_operand(R"({"function": "distance_between", "params": {"demands": ["fw", "fw"]}})") ==
      "The function distance_between expect the param demands as a list of two different demands, not ['fw', 'fw']");
  BOOST_TEST(of_operand(R"({"function": "distance_between", "params": {"demands": ["fw", "nobody"]}})") ==
             "nobody is not a valid demand name");
  BOOST_TEST(has(of_operand(R"({"function": "attribute", "params": {}, "operation_function": {"operator": "sum",
      "operands": [{"function": "attribute", "params": {}}]}})"),
                 "has both function and operation_function"));
}

// Solver specification S53
BOOST_AUTO_TEST_CASE(refuses_a_normalization_of_no_width) {
  std::string const attribute =
      R"({"function": "attribute", "params": {"demand": "fw", "attribute": "a"}, "normalization": )";
  BOOST_TEST(of_operand(attribute + R"({"start": 5, "end": 5.0}})") ==
             "Normalization in optimization has the same start and end, 5.0; they must differ");
  BOOST_TEST(of_operand(attribute + R"({"start": 100, "end": 0}})") == "");
}

BOOST_AUTO_TEST_CASE(reports_where_in_the_template_it_is_wrong) {
  auto const translation = checked(with_optimization(
      json::parse(R"({"goal": "minimize", "operation_function": {"operator": "avg", "operands": [1]}})")));
  BOOST_REQUIRE(!translation.errors.empty());
  BOOST_TEST(translation.errors[0].pointer == "/optimization/operation_function/operator");
  BOOST_TEST(translation.errors[0].value == "avg");
}

BOOST_AUTO_TEST_CASE(follows_a_schema_of_the_installation_beside_the_built_in_one) {
  auto input = input_of(with_optimization(json::parse(R"({"goal": "maximize", "operation_function": {"operator": "sum",
      "operands": [{"function": "attribute", "params": {"demand": "fw", "attribute": "a"}}]}})")));
  input.known.optimization =
      JsonSchema::from_document(json::parse(R"({"properties": {"goal": {"enum": ["minimize"]}}})")).value();
  BOOST_TEST(translate(input, nullptr)->message == invalid + "'maximize' is not one of ['minimize']");
  input.known.optimization = JsonSchema::from_document(json::object()).value();
  BOOST_TEST(translate(input, nullptr)->message == "");
}

BOOST_AUTO_TEST_SUITE_END()
