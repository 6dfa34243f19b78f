// What the solver of this release does not have is refused, after everything else about it was checked. The test of
// types goes by their switches and stays true when one is flipped.
#include "services/controller/constraint_types.hpp"
#include "tests/services/controller/fixtures.hpp"

#include <map>

using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string const later = " (documented, not supported by this release)";

std::string message_of_this_release(json::value const& document) {
  auto input = input_of(document);
  input.known.later_forms = false;
  return translate(input, nullptr)->message;
}

// A good constraint of each type.
std::map<std::string, std::string> const& good_constraints() {
  static std::map<std::string, std::string> const all{
      {"attribute", R"({"demands": "fw", "properties": {"evaluate": {"state": "CA"}}})"},
      {"threshold",
       R"({"demands": "fw", "properties": {"evaluate": [{"attribute": "latency", "operator": "lte", "threshold": 20}]}})"},
      {"distance_between_demands", R"({"demands": ["fw", "mux"], "properties": {"distance": "< 100 km"}})"},
      {"distance_to_location", R"({"demands": ["fw"], "properties": {"distance": "< 100 km", "location": "hq"}})"},
      {"zone", R"({"demands": ["fw", "mux"], "properties": {"qualifier": "same", "category": "region"}})"},
      {"inventory_group", R"({"demands": ["fw", "mux"]})"},
      {"hpa", R"({"demands": "fw", "properties": {"evaluate": [{"id": "a", "type": "vnfc",
         "directives": [{"type": "flavor_directives", "attributes": [{"attribute_name": "label", "attribute_value": ""}]}],
         "flavorProperties": [{"hpa-feature": "f", "hpa-version": "v1", "architecture": "generic", "mandatory": "True",
           "directives": [], "hpa-feature-attributes": []}]}]}})"},
      {"vim_fit", R"({"demands": "fw", "properties": {"controller": "multicloud", "request": {"vCPU": 1,
         "Memory": {"quantity": 1, "unit": "GB"}, "Storage": {"quantity": 1, "unit": "GB"}}}})"},
      {"instance_fit", R"({"demands": "fw", "properties": {"controller": "SDN-C"}})"},
      {"region_fit", R"({"demands": "fw", "properties": {"controller": "SDN-C"}})"},
      {"license", R"({"demands": "fw", "properties": {"id": "i", "key": "k"}})"},
      {"network_between_demands", R"({"demands": ["fw", "mux"], "properties": {"latency": "< 5 ms"}})"},
      {"network_to_location", R"({"demands": "fw", "properties": {"latency": "< 5 ms", "location": "hq"}})"},
      {"capability", R"({"demands": "fw", "properties": {"specification": "heat", "template": "resources: {}"}})"},
      {"any_of", R"({"constraints": [{"type": "attribute", "demands": "fw", "properties": {"evaluate": {"a": 1}}}]})"},
      {"not", R"({"constraint": {"type": "attribute", "demands": "fw", "properties": {"evaluate": {"a": 1}}}})"},
      {"same_candidate", R"({"demands": ["fw", "mux"]})"},
      {"different_candidate", R"({"demands": ["fw", "mux"]})"}};
  return all;
}

json::value with_constraint(std::string const& type, std::string const& text, std::string const& more = "") {
  auto constraint = json::parse(text).as_object();
  constraint["type"] = type;
  if (!more.empty()) constraint[more] = 5;
  auto document = good_template();
  document["constraints"].as_object()["c"] = std::move(constraint);
  return document;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(release)

BOOST_AUTO_TEST_CASE(has_or_refuses_each_constraint_type_by_its_switch) {
  BOOST_TEST(good_constraints().size() == constraint_types().size());
  for (auto const& type : constraint_types()) BOOST_TEST_CONTEXT(type.name) {
      std::string const name(type.name);
      auto const document = with_constraint(name, good_constraints().at(name));
      BOOST_TEST(checked(document).message == "");
      BOOST_TEST(message_of_this_release(document) ==
                 (type.supported ? "" : "Unsupported type '" + name + "' found in constraint named 'c'" + later));
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_malformed_as_such_first) {
  auto const document =
      changed("/constraints/near", R"({"type": "license", "demands": "fw", "properties": {"id": "x"}})");
  BOOST_TEST(message_of_this_release(document) == "Required property 'key' not found in constraint named 'near'");
}

BOOST_AUTO_TEST_CASE(has_soft_constraints) {
  for (std::string const key : {"penalty", "weight"}) {
    auto const document = with_constraint("distance_to_location", good_constraints().at("distance_to_location"), key);
    BOOST_TEST(checked(document).message == "");
    BOOST_TEST(message_of_this_release(document) == "");
  }
}

BOOST_AUTO_TEST_CASE(has_all_functions_of_the_objective) {
  auto document = with_constraint("hpa", good_constraints().at("hpa"));
  auto const with = [&](std::string const& operand) {
    document.as_object()["optimization"] = json::parse(R"({"minimize": {"sum": [)" + operand + "]}}");
    BOOST_TEST(checked(document).message == "");
    return message_of_this_release(document);
  };
  BOOST_TEST(with(R"({"latency_between": ["hq", "fw"]})") == "");
  BOOST_TEST(!contains(with(R"({"latency_between": ["fw", "mux"]})"), "latency_between"));
  BOOST_TEST(!contains(with(R"({"hpa_score": ["fw"]})"), "Unsupported operand in optimization: hpa_score" + later));
}

BOOST_AUTO_TEST_CASE(has_the_generic_objective) {
  auto document = changed("/homing_template_version", "\"2020-08-13\"");
  document.as_object()["optimization"] = json::parse(R"({"goal": "maximize", "operation_function": {"operator": "sum",
      "operands": [{"function": "attribute", "params": {"demand": "fw", "attribute": "a"}}]}})");
  BOOST_TEST(checked(document).message == "");
  BOOST_TEST(message_of_this_release(document) == "");
  // Without an objective all versions mean the same.
  document.as_object().erase("optimization");
  BOOST_TEST(message_of_this_release(document) == "");
}

BOOST_AUTO_TEST_CASE(has_the_cost_of_moves) {
  auto const document = changed("/solver", R"({"move_cost": 2})");
  BOOST_TEST(checked(document).message == "");
  BOOST_TEST(message_of_this_release(document) == "");
}

BOOST_AUTO_TEST_SUITE_END()
