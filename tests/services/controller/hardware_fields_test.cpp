// Which candidates keep their hardware when a plan is translated.
#include "services/controller/hardware_fields.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::controller::test {

namespace json = boost::json;

namespace {

// Demands among fw and mux whose candidates keep flavors, given the constraints.
std::string keeping(std::string const& constraints) {
  json::object const candidate{
      {"candidate_id", "c"}, {"flavors", json::object{}}, {"region_capabilities", json::array{}}};
  json::object demands;
  for (auto const* name : {"fw", "mux"})
    demands[name] = json::object{{"candidates", json::array{candidate, candidate}}};
  drop_unused_hardware(json::parse(constraints).as_object(), demands);
  std::string names;
  for (auto const& [name, demand] : demands)
    for (auto const& each : demand.at("candidates").as_array()) {
      auto const& fields = each.as_object();
      BOOST_TEST(fields.contains("candidate_id"));
      BOOST_TEST(fields.contains("flavors") == fields.contains("region_capabilities"));
      if (fields.contains("flavors")) names += std::string(name) + " ";
    }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hardware_fields)

// DIVERGE: the flavors of all regions were stored with every plan.
BOOST_AUTO_TEST_CASE(go_without_a_constraint_that_looks_at_them) {
  BOOST_TEST(keeping("{}").empty());
  BOOST_TEST(keeping(R"({"k": {"type": "zone", "demands": ["fw", "mux"]}})").empty());
}

BOOST_AUTO_TEST_CASE(stay_for_the_demands_of_hpa_and_capability) {
  BOOST_TEST(keeping(R"({"k": {"type": "hpa", "demands": ["fw"]}})") == "fw fw ");
  BOOST_TEST(keeping(R"({"k": {"type": "capability", "demands": "mux"}})") == "mux mux ");
}

BOOST_AUTO_TEST_CASE(stay_once_whatever_else_is_on_the_demand) {
  BOOST_TEST(keeping(R"({"a": {"type": "zone", "demands": ["fw"]}, "b": {"type": "hpa", "demands": ["fw", "mux"]},
                         "c": {"type": "any_of", "constraints": [{"type": "zone", "demands": ["mux"]}]}})") ==
             "fw fw mux mux ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::controller::test
