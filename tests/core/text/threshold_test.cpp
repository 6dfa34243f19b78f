// Threshold expressions: the table of the template specification 7, its refusals and its corrections.
#include "core/text/threshold.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;

BOOST_AUTO_TEST_SUITE(threshold_expressions)

namespace {

text::Node node(std::string const& expression) { return text::from_json(boost::json::value(expression)); }

text::Threshold parsed(std::string const& expression, char const* base) {
  auto const threshold = text::parse_threshold(node(expression), base);
  BOOST_REQUIRE_MESSAGE(threshold.has_value(), expression << ": " << (threshold ? "" : threshold.error().text));
  return *threshold;
}

std::string refusal(std::string const& expression, char const* base = "distance") {
  auto const threshold = text::parse_threshold(node(expression), base);
  return threshold ? "accepted" : threshold.error().text;
}

struct Row {
  char const *input, *base, *op;
  double value, maximum;  // maximum below value: no range
  char const* units;
};

}  // namespace

BOOST_AUTO_TEST_CASE(give_what_the_specification_tables) {
  Row const rows[] = {{"< 500 ms", "time", "<", 500, -1, "ms"},
                      {"<= 2 sec", "time", "<=", 2000, -1, "ms"},
                      {"= 120 mi", "distance", "=", 193.12128, -1, "km"},
                      {"160", "currency", "=", 160, -1, "USD"},
                      {"60-80 Gbps", "throughput", "=", 60000, 80000, "Mbps"},
                      {"20-10 km", "distance", "=", 10, 20, "km"},
                      {"> -3 km", "distance", ">", -3, -9, "km"},
                      {"<\xC2\xA0"
                       "500\xC2\xA0km",
                       "distance", "<", 500, -1, "km"},
                      {"0 km", "distance", "=", 0, -1, "km"},
                      {"0-20 km", "distance", "=", 0, 20, "km"},
                      {"<100km", "distance", "<", 100, -1, "km"},
                      {"100km", "distance", "=", 100, -1, "km"},
                      {">=1.5e2mi", "distance", ">=", 241.4016, -1, "km"},
                      {"10 - 20 km", "distance", "=", 10, 20, "km"},
                      {"10-20km", "distance", "=", 10, 20, "km"},
                      {" < .5  km ", "distance", "<", 0.5, -1, "km"}};
  for (auto const& row : rows) {
    BOOST_TEST_CONTEXT(row.input) {
      auto const threshold = parsed(row.input, row.base);
      bool const range = row.maximum >= row.value;
      BOOST_TEST(threshold.op == row.op);
      BOOST_TEST(threshold.units == row.units);
      BOOST_TEST(threshold.is_range == range);
      BOOST_TEST((range ? threshold.minimum : threshold.value) == row.value, boost::test_tools::tolerance(1e-12));
      if (range) BOOST_TEST(threshold.maximum == row.maximum);
    }
  }
}

BOOST_AUTO_TEST_CASE(accept_a_plain_number) {
  auto const threshold = text::parse_threshold(text::from_json(boost::json::value(150)), "distance");
  BOOST_REQUIRE(threshold.has_value());
  BOOST_TEST(threshold->value == 150.0);
  BOOST_TEST(threshold->op == "=");
}

BOOST_AUTO_TEST_CASE(are_refused_with_the_texts_of_the_original) {
  BOOST_TEST(text::parse_threshold(text::from_json(boost::json::array{1}), "distance").error().text ==
             "Expression must be a string");
  BOOST_TEST(refusal("1", "weight") ==
             "Base unit weight unsupported, must be one of: currency, time, distance, throughput");
  BOOST_TEST(refusal("10 <") == "Value 10.0 encountered before operator < in expression '10 <'");
  BOOST_TEST(refusal("1-2 <") == "Range 1.0-2.0 encountered before operator < in expression '1-2 <'");
  BOOST_TEST(refusal("1-2 3") == "Range 1.0-2.0 encountered before value 3 in expression '1-2 3'");
  BOOST_TEST(refusal("< 10-20 km") == "Operator < not supported with range 10-20 in expression '< 10-20 km'");
  BOOST_TEST(refusal("5 10-20") == "Value 5.0 encountered before range 10-20 in expression '5 10-20'");
  BOOST_TEST(refusal("km") == "Value None encountered before unit km in expression 'km'");
  BOOST_TEST(refusal("10 furlong") == "Unknown part 'furlong' in expression '10 furlong'");
  BOOST_TEST(refusal("") == "Value/range missing in expression ''");
  BOOST_TEST(refusal("<") == "Value/range missing in expression '<'");
  BOOST_TEST(refusal("== 5 km") == "Unknown part '==' in expression '== 5 km'");
  BOOST_TEST(refusal("10 KM") == "Unknown part 'KM' in expression '10 KM'");
  BOOST_TEST(refusal("10 20") == "Value 10.0 encountered before value 20 in expression '10 20'");
  BOOST_TEST(refusal("10-20-30 km") == "Unknown part '10-20-30' in expression '10-20-30 km'");
  BOOST_TEST(refusal("10 km 20") == "Unit 'km' encountered before value 20 in expression '10 km 20'");
}

BOOST_AUTO_TEST_CASE(of_another_base_are_refused_by_name) {
  BOOST_TEST(refusal("100 USD") == "Unit 'USD' not valid for base unit distance in expression '100 USD'");
}

BOOST_AUTO_TEST_CASE(with_garbage_are_refused) {
  for (auto const* text :
       {"a-b 5", "-", "5 -", "- 5", "nan", "inf km", "1_000 km", "1e999 km", "0x10 km", "5 km!", "<<5", "\xC2\xA0"})
    BOOST_TEST(refusal(text) != "accepted", text);
}

BOOST_AUTO_TEST_CASE(with_a_repeated_unit_are_refused) {
  BOOST_TEST(refusal("10 km km") == "Unit 'km' encountered before unit km in expression '10 km km'");
}

BOOST_AUTO_TEST_CASE(become_json_in_parts) {
  BOOST_TEST(boost::json::serialize(text::to_json(parsed("10-20 km", "distance"))) ==
             R"({"operator":"=","value":{"min":1E1,"max":2E1},"units":"km"})");
}

BOOST_AUTO_TEST_SUITE_END()
