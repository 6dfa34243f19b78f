// Large templates made to be slow: each is checked in time that grows with its size. With the square of it, or with the
// length of a key for each element below it, these cases would take minutes.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string number(std::size_t i) { return std::to_string(i); }

Translation checked_text(std::string const& text) {
  auto document = text::read_json(text);
  BOOST_REQUIRE_MESSAGE(!document.failure, document.failure->message);
  auto input = input_of(json::object());
  input.document = std::move(document.root);
  auto translation = translate(input, nullptr);
  BOOST_REQUIRE(translation.has_value());
  return std::move(*translation);
}

std::string with(std::string const& sections) {
  return R"({"homing_template_version": "2018-02-01", )" + sections + "}";
}
std::string const one_demand = R"("demands": {"fw": {"inventory_provider": "file", "inventory_type": "cloud"}})";

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_templates)

BOOST_AUTO_TEST_CASE(many_parameters) {
  std::string parameters;
  for (std::size_t i = 0; i < 30'000; ++i) parameters += "\"p" + number(i) + "\": 1, ";
  BOOST_TEST(checked_text(with("\"parameters\": {" + parameters + "\"last\": 1}, " + one_demand)).message == "");
}

BOOST_AUTO_TEST_CASE(many_parameters_that_cannot_be_replaced) {
  std::string parameters;
  for (std::size_t i = 0; i < 30'000; ++i) parameters += "\"p" + number(i) + R"(": {"get_param": "nope"}, )";
  auto const translation = checked_text(with("\"parameters\": {" + parameters + "\"last\": 1}, " + one_demand));
  BOOST_TEST(translation.message == "Parameter 'nope' undefined in path parameters > p0");
  BOOST_TEST(translation.errors.size() == Report::most_problems);
}

BOOST_AUTO_TEST_CASE(long_keys_above_many_values) {
  std::string const key(4000, 'k');
  std::string value = "[";
  for (std::size_t i = 0; i < 40'000; ++i) value += "0,";
  value += "0]";
  for (int depth = 0; depth < 50; ++depth) value.insert(0, "{\"" + key + "\": ").append("}");
  auto const translation =
      checked_text(with("\"parameters\": {\"deep\": " + value + "}, \"demands\": {\"fw\": [{}, {}]}"));
  BOOST_TEST(translation.errors.size() == 4U);  // provider and type of each requirement
}

BOOST_AUTO_TEST_CASE(many_demands_and_constraints_that_name_them) {
  std::string demands, constraints;
  for (std::size_t i = 0; i < 2'000; ++i) {
    demands +=
        (i == 0 ? "\"d" : ", \"d") + number(i) + R"(": {"inventory_provider": "file", "inventory_type": "cloud"})";
    constraints += (i == 0 ? "\"c" : ", \"c") + number(i) + R"(": {"type": "zone", "demands": "d)" + number(i) +
                   R"(", "properties": {"qualifier": "same", "category": "complex"}})";
  }
  BOOST_TEST(checked_text(with("\"demands\": {" + demands + "}, \"constraints\": {" + constraints + "}")).message ==
             "");
}

BOOST_AUTO_TEST_CASE(many_constraints_that_name_unknown_demands) {
  std::string demands, constraints;
  for (std::size_t i = 0; i < 2'000; ++i) {
    demands += (i == 0 ? "\"demand" : ", \"demand") + number(i) +
               R"(": {"inventory_provider": "file", "inventory_type": "cloud"})";
    constraints += (i == 0 ? "\"c" : ", \"c") + number(i) + R"(": {"type": "zone", "demands": "demand_)" + number(i) +
                   R"(", "properties": {"qualifier": "same", "category": "complex"}})";
  }
  auto const translation = checked_text(with("\"demands\": {" + demands + "}, \"constraints\": {" + constraints + "}"));
  BOOST_TEST(translation.message == "Undefined Demand(s) ['demand_0'] in Constraint 'c0'");
  BOOST_TEST(translation.errors.size() == Report::most_problems);
  std::size_t bytes = 0;
  for (auto const& error : translation.errors) bytes += error.message.size() + error.expected.size();
  BOOST_TEST(bytes < 200'000U);
}

BOOST_AUTO_TEST_CASE(a_location_name_as_long_as_a_body) {
  std::string const name(4'000'000, 'n');
  std::string const key(4000, 'n');
  auto const translation = checked_text(
      with(one_demand + ", \"locations\": {\"" + key +
           R"(": {"latitude": 1, "longitude": 1}}, "constraints": {"c": {"type":)" +
           R"("distance_to_location", "demands": "fw", "properties": {"distance": 5, "location": ")" + name + "\"}}}"));
  BOOST_TEST(translation.message.starts_with("Location nnn"));
  BOOST_TEST(translation.message.size() < 200U);
}

BOOST_AUTO_TEST_SUITE_END()
