// What slice profiles are generated from: forms of values, methods by name only, and a bound on combinations.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string of(std::string const& profile, std::string const& subnets) {
  return message("/demands/fw/0", R"({"inventory_provider": "generator", "inventory_type": "slice_profiles",
      "filtering_attributes": {"service_profile": )" +
                                      profile + R"(, "subnets": )" + subnets + "}}");
}

std::string of_attribute(std::string const& form) { return of("{}", R"({"core": {"latency": )" + form + "}}"); }

std::string const attribute = "Attribute latency of subnet core";

}  // namespace

BOOST_AUTO_TEST_SUITE(slice_profile_requirements)

BOOST_AUTO_TEST_CASE(take_values_ranges_and_derived_values) {
  for (auto const* good : {R"({"values": [1]})", R"({"max": 5})", R"({"min": 0.5, "max": "2", "steps": 0.1})",
                           R"({"derive_from": {"method": "get_tracking_area", "args": {"coverage_area": "A-1,2"}}})"})
    BOOST_TEST(of_attribute(good) == "", good);
}

BOOST_AUTO_TEST_CASE(refuse_other_forms_by_subnet_and_attribute) {
  std::string const forms = "', expected {values: [...]}, {min, max, steps} or {derive_from: {...}}";
  BOOST_TEST(of_attribute("5") == attribute + " in demand fw is '5" + forms);
  BOOST_TEST(of_attribute(R"({"min": 5})") == attribute + " in demand fw is '{'min': 5}" + forms);
  BOOST_TEST(of_attribute(R"({"values": []})") ==
             attribute + ": values in demand fw is '[]', expected a list of at least one value");
  BOOST_TEST(of_attribute(R"({"max": 5, "steps": 0})") ==
             attribute + ": steps in demand fw is '0', expected a number above 0");
  BOOST_TEST(of_attribute(R"({"min": 5, "max": 5})") ==
             attribute + ": max in demand fw is '5', expected a number above min");
  BOOST_TEST(of_attribute(R"({"min": "low", "max": 5})") ==
             attribute + ": min in demand fw is 'low', expected a number");
  BOOST_TEST(of_attribute(R"({"derive_from": {"method": "get_tracking_area"}})")
                 .starts_with(attribute + ": coverage_area of derive_from in demand fw is "));
  BOOST_TEST(of("{}", R"({"core": [1]})") ==
             "Subnet core in demand fw is '[1]', expected a mapping from attributes to values");
}

BOOST_AUTO_TEST_CASE(check_the_service_profile) {
  std::string const subnets = R"({"core": {"latency": {"max": 5}}})";
  BOOST_TEST(of(R"({"latency": {"value": 30, "operator": "lte"}, "coverage_area": {"value": "A-1"}})", subnets) == "");
  BOOST_TEST(of(R"({"latency": 30})", subnets) ==
             "Service profile attribute latency of demand fw is '30', expected {value, operator}");
  BOOST_TEST(
      of(R"({"latency": {"value": 30, "operator": "<"}})", subnets) ==
      "Service profile attribute latency of demand fw has the operator '<', expected one of gte, lte, eq, gt, lt, "
      "neq");
  BOOST_TEST(of(R"({"coverage_area": {"value": 5}})", subnets) ==
             "Service profile attribute coverage_area of demand fw has the value '5', expected a text");
}

BOOST_AUTO_TEST_CASE(bound_the_number_of_combinations) {
  auto const wide = [](std::string const& most) {
    return of(
        "{}",
        R"({"core": {"a": {"min": 0, "max": 100}, "b": {"min": 0, "max": 100}}, "ran": {"a": {"min": 0, "max": )" +
            most + "}}}");
  };
  BOOST_TEST(wide("10") == "");
  BOOST_TEST(
      wide("11") ==
      "The subnets of demand fw have 110000 combinations, more than 100000; make ranges narrower or steps larger");
  BOOST_TEST(has(wide("1e300"), "have far too many combinations"));
}

BOOST_AUTO_TEST_SUITE_END()
