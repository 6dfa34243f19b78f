// What is told of templates that are wrong, and where; templates that hold anything; templates that are published.
#include "services/controller/handler.hpp"
#include "tests/services/controller/fixtures.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string file(std::string const& name) {
  auto const* const root = std::getenv("CONDUCTOR_SOURCE_DIR");
  std::ifstream stream((root == nullptr ? std::string(".") : std::string(root)) + "/" + name);
  BOOST_REQUIRE_MESSAGE(stream.good(), name);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

Translation checked_yaml(std::string const& text) {
  auto read = read_template(json::object{{"template", text}},
                            {.known = {.providers = {"file", "aai"},
                                       .controllers = {"sdnc"},
                                       .strategies = {"optimal"},
                                       .gazetteer = gazetteer::Gazetteer::bundled().value()}});
  if (read.unreadable) return std::move(*read.unreadable);
  return *translate(read.input, nullptr);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(problems)

BOOST_AUTO_TEST_CASE(are_all_reported_the_first_of_the_originals_order_as_message) {
  auto document = good_template();
  document["constraints"].at("near").as_object()["type"] = "distance";
  document["demands"].at("fw").at(0).as_object()["inventory_type"] = "Cloud";
  document["optimization"] = json::parse(R"({"minimise": 1})");
  document["homing_template_version"] = "1";
  auto const translation = checked(document);
  BOOST_TEST(has(translation.message, "conductor_template_version must be one of"));
  std::vector<std::string> pointers;
  for (auto const& error : translation.errors) pointers.push_back(error.pointer);
  std::vector<std::string> const expected{"/homing_template_version", "/demands/fw/0/inventory_type",
                                          "/constraints/near/type", "/optimization"};
  BOOST_TEST(pointers == expected, boost::test_tools::per_element());
  BOOST_TEST(translation.errors[2].expected.starts_with(
      "one of: attribute, distance_between_demands, distance_to_location, zone, inventory_group"));
}

BOOST_AUTO_TEST_CASE(have_line_and_column_in_text_templates) {
  auto const translation = checked_yaml(
      "homing_template_version: 2018-02-01\ndemands:\n  fw:\n    inventory_provider: file\n    inventory_type: clod\n");
  BOOST_REQUIRE(translation.errors.size() == 1U);
  auto const& error = translation.errors.front();
  BOOST_TEST(error.message == "Unknown inventory type clod specified for demand fw");
  BOOST_TEST(error.line == 5);
  BOOST_TEST(error.column == 21);
  BOOST_TEST(error.value == "clod");
  BOOST_TEST(error.suggestion == "cloud");
  BOOST_TEST(has(json::serialize(text::to_json(error)), R"("path":"/demands/fw/inventory_type")"));
}

BOOST_AUTO_TEST_CASE(of_unreadable_text_name_the_place) {
  BOOST_TEST(has(checked_yaml("a: [1,\nb: {").message, "Invalid YAML in line"));
  BOOST_TEST(checked_yaml("demands: 1\ndemands: 2\n").message == "Template has a duplicate key on line 2: demands: 2");
  BOOST_TEST(checked_yaml("").message == "Can't translate an invalid template.");
}

BOOST_AUTO_TEST_CASE(are_at_most_a_hundred) {
  auto document = good_template();
  for (int i = 0; i < 500; ++i) document["constraints"].as_object()["c" + std::to_string(i)] = 1;
  BOOST_TEST(checked(document).errors.size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(robustness)

BOOST_AUTO_TEST_CASE(every_part_may_be_anything_without_harm) {
  char const* const values[] = {"null",
                                "true",
                                "0",
                                "-1",
                                "1e308",
                                "\"\"",
                                "\"x\"",
                                "[]",
                                "[[]]",
                                "[null]",
                                "{}",
                                R"({"a": null})",
                                R"({"get_param": "limit"})",
                                R"({"get_param": ["names", 0]})",
                                R"({"get_file": "x"})",
                                R"(["hq", "fw"])",
                                R"({"product": []})",
                                R"({"candidates": null})",
                                "\"\\u0000\\u001b\""};
  std::vector<std::string> pointers;
  std::function<void(json::value const&, std::string const&)> const collect = [&](json::value const& value,
                                                                                  std::string const& at) {
    if (!at.empty()) pointers.push_back(at);
    if (auto const* object = value.if_object())
      for (auto const& [key, member] : *object) collect(member, text::pointer_to(at, key));
    if (auto const* list = value.if_array())
      for (std::size_t i = 0; i < list->size(); ++i) collect((*list)[i], text::pointer_to(at, i));
  };
  auto base = good_template();
  base["reservation"] = json::parse(
      R"({"service_model": "DHV", "service_candidates": {"r": {"demands": ["fw"], "properties": {"controller": "sdnc"}}}})");
  base["solver"] = json::parse(R"({"strategy": "optimal", "seed": 1})");
  base["demands"].as_object()["fw"] = json::parse(R"([{"candidates": [{"candidate_id": "a", "cost": 1}], "unique": true,
    "required_candidates": [{"candidate_id": ["a"]}], "filtering_attributes": {"x": {"not": ["y"]}}, "conflict_identifier": ["a"]}])");
  base["optimization"] = json::parse(
      R"({"minimize": {"sum": [{"product": [1, {"sum": [{"product": [2, {"distance_between": ["hq", "fw"]}]}]}]}]}})");
  collect(base, "");
  int refused = 0, total = 0;
  for (auto const& pointer : pointers)
    for (auto const* value : values) {
      json::value document = base;
      document.at_pointer(pointer) = json::parse(value);
      Answers answers;
      auto const translation = translate(input_of(document), &answers);
      BOOST_REQUIRE(translation.has_value());
      BOOST_REQUIRE_EQUAL(translation->errors.empty(), translation->message.empty());
      BOOST_REQUIRE_EQUAL(translation->errors.empty(), translation->document.is_object());
      for (auto const& error : translation->errors) BOOST_REQUIRE(error.message.find('\x1b') == error.message.npos);
      refused += translation->errors.empty() ? 0 : 1;
      ++total;
    }
  BOOST_TEST(total > 1000);
  BOOST_TEST(refused > total / 3);
}

BOOST_AUTO_TEST_CASE(every_cut_text_gets_a_message_or_passes) {
  auto const whole = file("etc/examples/residential-vcpe.yaml");
  int refused = 0;
  for (std::size_t length = 0; length < whole.size(); length += 3) {
    auto const translation = checked_yaml(whole.substr(0, length));
    BOOST_REQUIRE_EQUAL(translation.errors.empty(), translation.message.empty());
    refused += translation.errors.empty() ? 0 : 1;
  }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(published_templates)

BOOST_AUTO_TEST_CASE(of_the_examples_folder_are_good) {
  for (auto const* name : {"etc/examples/residential-vcpe.yaml", "etc/examples/shared-gateway-aai.yaml"}) {
    auto const translation = checked_yaml(file(name));
    BOOST_TEST(translation.message == "", name << ": " << translation.message);
    BOOST_TEST(translation.warnings.empty());
  }
}

// Blocks that begin with ```yaml are whole templates, ```yaml refused ones, followed by ```text with the message.
BOOST_AUTO_TEST_CASE(of_the_reference_page_do_what_it_says) {
  std::istringstream page(file("docs/templates.md"));
  std::string line, block, kind, refused;
  int good = 0, bad = 0;
  while (std::getline(page, line)) {
    if (!line.starts_with("```")) {
      block += line + "\n";
      continue;
    }
    if (kind.empty()) {
      kind = line;
      block.clear();
      continue;
    }
    if (kind == "```yaml") {
      BOOST_TEST(checked_yaml(block).message == "", block);
      ++good;
    } else if (kind == "```yaml refused") {
      refused = checked_yaml(block).message;
    } else if (kind == "```text message") {
      BOOST_TEST(refused + "\n" == block);
      ++bad;
    }
    kind.clear();
  }
  BOOST_TEST(good >= 2);
  BOOST_TEST(bad >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
