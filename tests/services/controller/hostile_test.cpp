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

// One entry per demand, each with a copy of the properties: that would be gigabytes.
BOOST_AUTO_TEST_CASE(long_properties_under_many_demands) {
  std::string demands, names;
  for (std::size_t i = 0; i < 5'000; ++i) {
    demands += (i == 0 ? "\"d" : ", \"d") + number(i) + R"(": {"candidates": [{"candidate_id": "a"}]})";
    names += (i == 0 ? "\"d" : ", \"d") + number(i) + "\"";
  }
  std::string const text(500'000, 'x');
  BOOST_TEST(
      checked_text(with("\"demands\": {" + demands + R"(}, "constraints": {"c": {"type": "attribute", "demands": [)" +
                        names + R"(], "properties": {"evaluate": {"a": ")" + text + "\"}}}}"))
          .message.starts_with("The constraints, with one entry per demand"));
  BOOST_TEST(checked_text(with("\"demands\": {" + demands + R"(}, "reservations": {"r": {"demands": [)" + names +
                               R"(], "properties": {"controller": "sdnc", "request": {"a": ")" + text + "\"}}}}"))
                 .message.starts_with("The reservations, with one entry per demand"));
}

BOOST_AUTO_TEST_CASE(many_operands_and_many_hpa_constraints) {
  std::string constraints, operands;
  for (std::size_t i = 0; i < 5'000; ++i) {
    constraints += (i == 0 ? "\"c" : ", \"c") + number(i) + R"(": {"type": "hpa", "demands": "other"})";
    operands += (i == 0 ? "" : ", ") + std::string(R"({"hpa_score": ["fw"]})");
  }
  auto const translation = checked_text(with(one_demand + ", \"constraints\": {" + constraints +
                                             R"(}, "optimization": {"minimize": {"sum": [)" + operands + "]}}"));
  BOOST_TEST(translation.message == "Undefined Demand(s) ['other'] in Constraint 'c0'");
}

BOOST_AUTO_TEST_CASE(deep_and_wide_generic_objectives) {
  std::string operand = R"({"function": "attribute", "params": {"demand": "nobody", "attribute": "a"}})";
  std::string operands = operand;
  for (int i = 0; i < 5'000; ++i) operands += ", " + operand;
  for (int i = 0; i < 15; ++i)
    operands = R"({"operation_function": {"operator": "sum", "operands": [)" + operands + "]}}";
  auto const of = [](std::string const& list) {
    auto text =
        with(one_demand +
             R"(, "optimization": {"goal": "minimize", "operation_function": {"operator": "sum", "operands": [)" +
             list + "]}}");
    text.replace(text.find("2018-02-01"), 10, "2020-08-13");
    return checked_text(text);
  };
  BOOST_TEST(of(operands).message == "nobody is not a valid demand name");
  // Wrong only in the innermost one.
  BOOST_TEST(has(of(operands.replace(operands.rfind("attribute\", \"params"), 9, "attributo")).message,
                 "is not valid under any of the given schemas"));
}

BOOST_AUTO_TEST_SUITE_END()
