// JSON Schemas: valid documents pass, the first violation is found where it is, and files are read or refused.
#include "services/controller/json_schema.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <unistd.h>

namespace json = boost::json;
using conductor::services::controller::JsonSchema;

namespace {

std::string first(std::string const& schema, std::string const& document) {
  auto const compiled = JsonSchema::from_document(json::parse(schema));
  BOOST_REQUIRE(compiled.has_value());
  auto const violation = compiled.value()->first_violation(json::parse(document));
  return violation ? violation->pointer + ": " + violation->message : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_schemas)

BOOST_AUTO_TEST_CASE(find_the_first_violation_in_the_order_of_their_text) {
  std::string const schema = R"({"type": "object", "required": ["b", "a"],
    "properties": {"b": {"type": ["string", "null"]}, "a": {"type": "array", "items": {"minimum": 3}, "maxItems": 2}}})";
  BOOST_TEST(first(schema, R"({"a": [3], "b": "x"})") == "");
  BOOST_TEST(first(schema, "{}") == ": 'b' is a required property");
  BOOST_TEST(first(schema, R"({"a": 1, "b": 2})") == "/b: 2 is not of type 'string', 'null'");
  BOOST_TEST(first(schema, R"({"a": [4, 2], "b": null})") == "/a/1: 2 is less than the minimum of 3");
  BOOST_TEST(first(schema, R"({"a": [4, 5, 6], "b": null})") == "/a: [4, 5, 6] is too long");
}

BOOST_AUTO_TEST_CASE(word_keywords_as_the_original_does) {
  BOOST_TEST(first(R"({"const": 1})", "2") == ": 1 was expected");
  BOOST_TEST(first(R"({"additionalProperties": false, "properties": {"a": {}}})", R"({"a": 1, "c": 2})") ==
             "/c: Additional properties are not allowed ('c' was unexpected)");
  BOOST_TEST(first(R"({"anyOf": [{"type": "string"}, {"type": "null"}]})", "[true]") ==
             ": [True] is not valid under any of the given schemas");
  BOOST_TEST(first(R"({"exclusiveMinimum": 0})", "0") == ": 0 is less than or equal to the minimum of 0");
  BOOST_TEST(first(R"({"$ref": "#/definitions/n", "definitions": {"n": {"type": "integer"}}})", "1.5") ==
             ": 1.5 is not of type 'integer'");
}

BOOST_AUTO_TEST_CASE(leave_other_keywords_to_the_validators_words) {
  auto const text = first(R"({"properties": {"a": {"pattern": "^x"}}})", R"({"a": "y"})");
  BOOST_TEST(text.starts_with("/a: "));
  BOOST_TEST(text.size() > 10U);
  BOOST_TEST(first(R"({"pattern": "("})", "\"y\"").starts_with(": the JSON Schema cannot be applied"));
}

BOOST_AUTO_TEST_CASE(that_are_none_are_refused) {
  for (auto const* bad : {R"({"minItems": "x"})", R"({"type": 5})", R"({"$ref": "#/definitions/none"})", "[]"})
    BOOST_TEST((JsonSchema::from_document(json::parse(bad)).error().code == conductor::sdk::Errc::invalid), bad);
}

BOOST_AUTO_TEST_CASE(come_from_files_that_are_refused_by_name) {
  auto const folder = std::filesystem::temp_directory_path() / ("json_schema_test_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  auto const write = [&](char const* text) {
    std::ofstream(folder / "schema.json") << text;
    return JsonSchema::from_file(folder / "schema.json");
  };
  BOOST_TEST(write(R"({"type": "object"})").has_value());
  BOOST_TEST(write("{").error().text.starts_with((folder / "schema.json").string() + ": "));
  BOOST_TEST(write("[]").error().text.ends_with("the JSON Schema is not an object"));
  BOOST_TEST((JsonSchema::from_file(folder / "none.json").error().code == conductor::sdk::Errc::unavailable));
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
