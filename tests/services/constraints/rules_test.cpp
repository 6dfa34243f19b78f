// The rule that each type makes of a constraint has parts only where the table says so.
#include "services/constraints/table.hpp"
#include "services/placement/license.hpp"
#include "services/solver/input.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace conductor::services::constraints;

namespace {

// Two demands in one cloud region each, and one constraint.
constexpr char plan_around[] = R"({"conductor_solver": {"request_type": "initial",
  "locations": {"hq": {"latitude": 1, "longitude": 2, "country": "SWE"}},
  "demands": {
    "a": {"candidates": [{"candidate_id": "1", "inventory_type": "cloud", "latitude": 1, "longitude": 2, "host_id": "h",
                          "location_id": "l1", "cloud_owner": "o", "country": "SWE", "cost": 1}]},
    "b": {"candidates": [{"candidate_id": "2", "inventory_type": "cloud", "latitude": 3, "longitude": 4, "host_id": "h",
                          "location_id": "l2", "cloud_owner": "o", "country": "SWE", "cost": 1}]}},
  "constraints": {"c": CONSTRAINT}, "objective": null, "reservations": {}}})";

constexpr char distance[] = R"("distance": {"operator": "<", "value": 300, "units": "km"})";

std::string text_with(std::string_view type, std::string const& rest) {
  std::string text(plan_around);
  auto const constraint = R"({"name": "c", "type": ")" + std::string(type) + "\", " + rest + "}";
  return text.replace(text.find("CONSTRAINT"), 10, constraint);
}

// A constraint of each type that uses its last stage.
std::map<std::string_view, std::string> const& rest_by_type() {
  std::string const one = R"("demands": "a", "properties": )", two = R"("demands": ["a", "b"], "properties": )";
  std::string const member =
      R"({"type": "attribute", "demands": ["a"], "properties": {"evaluate": {"network_roles": {"any": ["r"]}}}})";
  static std::map<std::string_view, std::string> const all{
      {"attribute", one + R"({"evaluate": {"state": "CA", "network_roles": {"any": ["r"]}}})"},
      {"distance_between_demands", two + "{" + distance + "}"},
      {"distance_to_location", one + "{" + distance + R"(, "location": "hq"})"},
      {"zone", two + R"({"qualifier": "same", "category": "country", "location": "hq"})"},
      {"inventory_group", two + R"({"description": "d"})"},
      {"threshold", one + R"({"evaluate": [{"attribute": "x", "operator": "lte", "threshold": 20}]})"},
      {"hpa", one + R"({"evaluate": [{"id": "i", "type": "vnfc", "directives": [{"type": "flavor_directives",
         "attributes": [{"attribute_name": "n", "attribute_value": ""}]}], "flavorProperties": []}]})"},
      {"vim_fit", one + R"({"controller": "multicloud", "request": {"vCPU": 1}})"},
      {"instance_fit", one + R"({"controller": "sdnc", "request": {}})"},
      {"region_fit", one + R"({"controller": "sdnc", "request": {}})"},
      {"license", one + R"({"id": "i", "key": "k"})"},
      {"network_between_demands", two + "{" + distance + "}"},
      {"network_to_location", one + "{" + distance + R"(, "location": "hq"})"},
      {"capability", one + R"({"specification": "heat", "template": "resources: {}"})"},
      {"any_of", R"("demands": ["a"], "properties": {}, "constraints": [)" + member + "]"},
      {"not", R"("demands": ["a"], "properties": {}, "constraint": )" + member},
      {"same_candidate", two + "{}"},
      {"different_candidate", two + "{}"}};
  return all;
}

struct Prepared {
  Options options{.licenses = std::make_shared<std::vector<LicensePool> const>()};
  Plan plan;
  Questions questions;
  Answers answers;
  Annotations annotations;
  SiteSieves sieves;
  Rule rule;

  explicit Prepared(std::string const& text)
      : plan(conductor::services::solver::read_plan(std::make_shared<json::value const>(json::parse(text)), options)) {
    auto const& constraint = plan.constraints.at(0);
    rule = constraint.type->prepare(constraint, {plan, options, questions, answers, annotations, sieves});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(have_tests_of_the_stages_that_the_table_names) {
  for (auto const* type : types()) BOOST_TEST_CONTEXT(type->name) {
      BOOST_REQUIRE(rest_by_type().contains(type->name));
      Prepared const prepared(text_with(type->name, rest_by_type().at(type->name)));
      auto const& rule = prepared.rule;
      BOOST_TEST((rule.late != nullptr) == (type->stage == Stage::late));
      BOOST_TEST((rule.remote != nullptr) == (type->stage == Stage::remote));
    }
}

BOOST_AUTO_TEST_CASE(relate_demands_where_the_table_says_so) {
  for (auto const* type : types()) BOOST_TEST_CONTEXT(type->name) {
      Prepared const prepared(text_with(type->name, rest_by_type().at(type->name)));
      BOOST_TEST((prepared.rule.relation != nullptr) == (type->scope == Scope::pairwise));
      BOOST_TEST((prepared.rule.nary == nullptr));
    }
}

BOOST_AUTO_TEST_CASE(can_be_relaxed_only_where_they_are_measured) {
  for (auto const* type : types()) BOOST_TEST_CONTEXT(type->name) {
      Prepared const prepared(text_with(type->name, rest_by_type().at(type->name)));
      auto const& constraint = prepared.plan.constraints.at(0);
      bool const any = type->limits != nullptr && !type->limits(*constraint.properties).empty();
      BOOST_TEST(any == prepared.rule.measured);
      BOOST_TEST(any == (type->soft == Soft::penalty_or_weight));
    }
}

BOOST_AUTO_TEST_SUITE_END()
