// Every type of the table takes a good constraint of its own, and what goes with constraints.
#include "services/constraints/table.hpp"
#include "tests/services/controller/fixtures.hpp"

#include <map>

namespace constraints = conductor::services::constraints;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

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

BOOST_AUTO_TEST_SUITE(every_constraint_type)

BOOST_AUTO_TEST_CASE(takes_a_good_constraint) {
  BOOST_TEST(good_constraints().size() == constraints::types().size());
  for (auto const* type : constraints::types()) BOOST_TEST_CONTEXT(type->name) {
      std::string const name(type->name);
      BOOST_TEST(checked(with_constraint(name, good_constraints().at(name))).message == "");
    }
}

BOOST_AUTO_TEST_CASE(is_soft_only_where_the_table_says_so) {
  for (auto const* type : constraints::types()) BOOST_TEST_CONTEXT(type->name) {
      std::string const name(type->name);
      auto const message = checked(with_constraint(name, good_constraints().at(name), "penalty")).message;
      BOOST_TEST((message == "") == (type->soft != constraints::Soft::no));
    }
}

BOOST_AUTO_TEST_CASE(goes_with_request_types_that_controllers_are_asked_about) {
  for (std::string const name : {"instance_fit", "region_fit"})
    for (std::string const type : {"initial", "speed changed", "", "upgrade"}) BOOST_TEST_CONTEXT(name + " " + type) {
        auto document = with_constraint(name, good_constraints().at(name));
        document.as_object()["parameters"].as_object()["request_type"] = type;
        BOOST_TEST(checked(document).message ==
                   (type != "upgrade" ? ""
                                      : "Parameter request_type is 'upgrade', which service controllers are not asked "
                                        "about, in constraint named 'c'; it must be initial, speed changed or absent"));
      }
}

BOOST_AUTO_TEST_SUITE_END()
