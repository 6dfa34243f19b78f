// The JSON Schema of whole templates: what the checks accept it accepts too, and typical mistakes do not pass.
#include "services/controller/handler.hpp"
#include "services/controller/template_schema.hpp"
#include "tests/services/controller/fixtures.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

namespace fs = std::filesystem;

fs::path source_root() {
  auto const* const root = std::getenv("CONDUCTOR_SOURCE_DIR");
  return root == nullptr ? "." : root;
}

std::string content_of(fs::path const& path) {
  std::ifstream stream(path);
  BOOST_REQUIRE_MESSAGE(stream.good(), path);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

// What is wrong with a template by its schema; empty when nothing is.
std::string fault(json::value const& document) {
  static auto const schema = JsonSchema::from_document(template_schema()).value();
  auto const violation = schema->first_violation(document);
  return violation ? violation->pointer + ": " + violation->message : "";
}

std::string fault_with(std::string const& pointer, std::string const& value) { return fault(changed(pointer, value)); }

json::value read(std::string const& text) {
  auto const document = text::read_json_or_yaml(text);
  BOOST_REQUIRE_MESSAGE(document.ok(), text);
  return text::to_json(document.root);
}

// A template with everything in it.
json::object rich_template() {
  return read(content_of(source_root() / "tests/services/controller/rich_template.yaml")).as_object();
}

void for_each_element(json::value const& value, std::string const& at,
                      std::function<void(std::string const&, json::value const&)> const& visit) {
  if (!at.empty()) visit(at, value);
  if (auto const* object = value.if_object())
    for (auto const& [key, member] : *object) for_each_element(member, text::pointer_to(at, key), visit);
  if (auto const* list = value.if_array())
    for (std::size_t i = 0; i < list->size(); ++i) for_each_element((*list)[i], text::pointer_to(at, i), visit);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_of_templates)

BOOST_AUTO_TEST_CASE(accepts_every_sample) {
  int count = 0;
  for (auto const* folder : {"etc/examples", "docs/templates"})
    if (fs::exists(source_root() / folder))
      for (auto const& item : fs::directory_iterator(source_root() / folder)) {
        if (item.path().extension() != ".yaml" && item.path().extension() != ".json") continue;
        auto const document = read(content_of(item.path()));
        if (!document.is_object() || !document.as_object().contains("homing_template_version")) continue;
        BOOST_TEST(fault(document) == "", item.path() << ": " << fault(document));
        ++count;
      }
  BOOST_TEST(count >= 2);
  BOOST_TEST(fault(good_template()) == "");
}

BOOST_AUTO_TEST_CASE(accepts_a_template_with_everything) {
  BOOST_TEST(fault(rich_template()) == "");
  BOOST_TEST(checked(rich_template()).message == "");
}

BOOST_AUTO_TEST_CASE(accepts_the_blocks_of_the_reference_page) {
  std::istringstream page(content_of(source_root() / "docs/templates.md"));
  std::string line, block;
  bool inside = false;
  int count = 0;
  while (std::getline(page, line)) {
    if (inside && line == "```") {
      BOOST_TEST(fault(read(block)) == "", block);
      inside = false;
      ++count;
    } else if (line == "```yaml") {
      inside = true;
      block.clear();
    } else if (inside) {
      block += line + "\n";
    }
  }
  BOOST_TEST(count >= 2);
}

BOOST_AUTO_TEST_CASE(accepts_functions_for_every_value) {
  BOOST_TEST(fault_with("/constraints/near/properties/distance", R"({"get_param": "limit"})") == "");
  BOOST_TEST(fault_with("/constraints/near", R"({"get_param": ["all", "near"]})") == "");
  BOOST_TEST(fault_with("/locations/hq/latitude", R"({"get_param": "limit"})") == "");
  BOOST_TEST(fault_with("/demands/fw/0/filtering_attributes", R"({"a": {"get_param": "limit"}})") == "");
  BOOST_TEST(fault_with("/optimization/minimize/sum/0",
                        R"({"product": [{"get_param": "limit"}, {"distance_between": {"get_param": "names"}}]})") ==
             "");
}

BOOST_AUTO_TEST_CASE(marks_typical_mistakes) {
  for (
      auto const& [pointer, value] : std::vector<std::pair<std::string, std::string>>{
          {"/homing_template_version", "\"2019-01-01\""},
          {"/homing_template_version", ""},
          {"/demands", ""},
          {"/demands", "{}"},
          {"/constraint", "{}"},
          {"/constraints", "[]"},
          {"/locations/hq/lattitude", "1"},
          {"/locations/hq/latitude", "91"},
          {"/locations/hq/country", "\"Sweden\""},
          {"/demands/fw/0/inventory_type", "\"Cloud\""},
          {"/demands/fw/0/inventory_type", ""},
          {"/demands/fw/0/filter_attributes", "{}"},
          {"/demands/fw/0/unique", "\"maybe\""},
          {"/demands/fw/0/candidates", R"([{"cost": 1}])"},
          {"/demands/fw/0/excluded_candidates", R"([{"inventory_type": "cloud"}])"},
          {"/constraints/near/type", "\"distance\""},
          {"/constraints/near/type", ""},
          {"/constraints/near/demands", ""},
          {"/constraints/near/demands", "[]"},
          {"/constraints/near/properties", ""},
          {"/constraints/near/properties/location", ""},
          {"/constraints/near/properties/colour", "1"},
          {"/constraints/near/penalty", "0"},
          {"/constraints/near/constraints", "[]"},
          {"/constraints/apart/weight", "1"},
          {"/constraints/apart/properties/qualifier", "\"equal\""},
          {"/constraints/apart", R"({"type": "not", "demands": "fw"})"},
          {"/constraints/apart", R"({"type": "any_of", "constraints": [{"type": "hpa", "demands": "fw"}]})"},
          {"/constraints/apart",
           R"({"type": "threshold", "demands": "fw", "properties": {"evaluate": [{"attribute": "a", "operator": "<", "threshold": 1}]}})"},
          {"/constraints/apart",
           R"({"type": "hpa", "demands": "fw", "properties": {"evaluate": [{"flavorLabel": "l"}]}})"},
          {"/constraints/apart",
           R"({"type": "attribute", "demands": "fw", "properties": {"evaluate": {"a": {"like": 1}}}})"},
          {"/optimization", R"({"minimise": {"sum": []}})"},
          {"/optimization/minimize/sum", "[]"},
          {"/optimization/minimize/sum/0", R"({"distance_between": ["hq"]})"},
          {"/optimization/minimize/sum/0", R"({"distance": ["hq", "fw"]})"},
          {"/optimization", R"({"goal": "minimize", "operation_function": {"operator": "sum", "operands": [1]}})"},
          {"/reservations", R"({"r": {"demands": "fw"}})"},
          {"/solver", R"({"deadline": 0})"}})
    BOOST_TEST(fault_with(pointer, value) != "", pointer << " = " << value);
}

BOOST_AUTO_TEST_CASE(chooses_the_grammar_of_optimization_by_version) {
  auto document = good_template();
  document["homing_template_version"] = "2020-08-13";
  BOOST_TEST(fault(document) != "");
  auto const with = [&](std::string const& operand) {
    document["optimization"] = json::parse(
        R"({"goal": "maximize", "operation_function": {"operator": "sum", "operands": [)" + operand + "]}}");
    return fault(document);
  };
  BOOST_TEST(
      with(
          R"({"function": "attribute", "params": {"demand": "fw", "attribute": "a"}, "weight": {"get_param": "w"}})") ==
      "");
  BOOST_TEST(with(R"({"function": "cost", "params": {}})") != "");
}

// Everywhere in a template with everything in it, other values are put in: whatever the checks accept passes here, too.
BOOST_AUTO_TEST_CASE(accepts_whatever_the_checks_accept) {
  auto const base = rich_template();
  char const* const values[] = {"0", "\"x\"", "[\"x\"]", "{\"a\": 1}"};
  int accepted = 0, refused = 0;
  for_each_element(base, "", [&](std::string const& pointer, json::value const&) {
    for (auto const* value : values) {
      json::value document = base;
      document.at_pointer(pointer) = json::parse(value);
      if (!checked(document).errors.empty()) {
        ++refused;
        continue;
      }
      ++accepted;
      BOOST_CHECK_MESSAGE(fault(document) == "", pointer << " = " << value << ": " << fault(document));
    }
  });
  BOOST_TEST(accepted > 200);
  BOOST_TEST(refused > 500);
}

BOOST_AUTO_TEST_SUITE_END()
