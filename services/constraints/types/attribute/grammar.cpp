// Constraint type attribute (template specification 6.3): what may stand in `evaluate`.
#include "services/constraints/types/attribute/attribute.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/schema_parts.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace conductor::services::constraints {
namespace {

std::vector<std::string> const operators{"eq", "ne", "lt", "gt", "lte", "gte", "any", "all", "regex"};
std::vector<std::string> const request_lists{"cloud-requests", "service-requests", "vfmodule-requests"};
constexpr std::size_t longest_pattern = 1000;

class AttributeCheck {
 public:
  AttributeCheck(std::string const& constraint, std::string_view attribute, Report& report)
      : of_("attribute '" + readable(attribute) + "' in constraint named '" + constraint + "'"), report_(report) {}

  void check_roles(View const& value) {
    if (is_blank(value.node())) return;
    auto const* any = value->find("any");
    auto const* all = value->find("all");
    bool good = value->is_mapping() && value->members.size() == 1 && (any != nullptr || all != nullptr);
    good = good && texts_in(any != nullptr ? *any : *all).has_value();
    if (!good) return refuse(value, "{all: [ROLE, ...]} or {any: [ROLE, ...]}");
    if (texts_in(any != nullptr ? *any : *all)->empty())
      report_.warn(value, "The list of roles of " + of_ + " is empty; it has no effect");
  }

  void check_text(View const& value) {
    if (!value->is_text() && !value->is_null()) refuse(value, "a text");
  }

  void check_cloud_region(View const& value) {
    if (is_blank(value.node())) return;
    if (!value->is_mapping()) return refuse(value, "lists under " + joined(request_lists));
    for (auto const& [key, list] : value.members()) {
      if (std::find(request_lists.begin(), request_lists.end(), key) == request_lists.end())
        report_.add(list, "Unknown key '" + readable(key) + "' of " + of_ + ", expected " + joined(request_lists),
                    joined(request_lists), config::nearest(readable(key), request_lists));
      else if (!list->is_null() && !texts_in(list.node()))
        refuse(list, "a list of region ids");
    }
  }

  void check_value(View const& value) {
    if (!value->is_mapping()) return;  // the same as eq, a list as any
    if (value->members.empty()) return refuse(value, "a value, or a mapping of operators: " + joined(operators));
    for (auto const& [key, operand] : value.members()) check_operator(std::string(key), operand);
  }

 private:
  void check_operator(std::string const& name, View const& operand) {
    if (std::find(operators.begin(), operators.end(), name) == operators.end()) {
      report_.add(operand,
                  "Unknown operator '" + readable(name) + "' of " + of_ + ", expected one of " + joined(operators),
                  "one of: " + joined(operators), config::nearest(readable(name), operators));
    } else if (name == "any" || name == "all") {
      if (!operand->is_list()) refuse(operand, "a list for operator " + name);
    } else if (name == "regex") {
      check_pattern(operand);
    } else if (name != "eq" && name != "ne" && !number_in(operand.node())) {
      refuse(operand, "a number for operator " + name);
    }
  }

  void check_pattern(View const& operand) {
    if (!operand->is_text()) return refuse(operand, "a pattern for operator regex");
    std::string pattern(operand->text());
    if (auto const end = pattern.rfind('/'); pattern.starts_with('/') && end > 0) {
      auto const flags = pattern.substr(end + 1);
      if (!flags.empty() && flags != "i") return refuse(operand, "no flag but i behind the pattern");
      pattern = pattern.substr(1, end - 1);
    }
    if (pattern.size() > longest_pattern)
      return refuse(operand, "a pattern of at most " + std::to_string(longest_pattern) + " characters");
    re2::RE2::Options options;
    options.set_log_errors(false);
    re2::RE2 const compiled(pattern, options);
    if (!compiled.ok()) refuse(operand, "a regular expression (" + readable(compiled.error()) + ")");
  }

  void refuse(View const& value, std::string const& expected) {
    report_.add(value, "Value '" + shown(value.node()) + "' of " + of_ + " is not valid, expected " + expected,
                expected);
  }

  std::string of_;
  Report& report_;
};

std::string with_hyphens(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

}  // namespace

void check_attribute(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  auto const evaluate = constraint.properties.given("evaluate");
  if (!evaluate || is_blank(evaluate->node())) return;
  if (!evaluate->node().is_mapping()) {
    report.add(*evaluate,
               "Property 'evaluate' value '" + shown(evaluate->node()) + "' in constraint named '" + constraint.name +
                   "' is not a mapping from attributes to values",
               "a mapping");
    return;
  }
  for (auto const& [attribute, value] : evaluate->members()) {
    AttributeCheck check(constraint.name, attribute, report);
    auto const name = with_hyphens(attribute);
    if (name == "network-roles")
      check.check_roles(value);
    else if (name == "replication-role")
      check.check_text(value);
    else if (name == "cloud-region")
      check.check_cloud_region(value);
    else
      check.check_value(value);
  }
}

json::object attribute_schema() {
  using namespace schema_parts;
  json::object operators;
  for (auto const* name : {"eq", "ne", "lt", "gt", "lte", "gte", "regex"}) operators[name] = anything();
  for (auto const* name : {"any", "all", "cloud-requests", "service-requests", "vfmodule-requests"})
    operators[name] = or_function({{"type", json::array{"array", "string"}}});
  return {
      {"type", "object"},
      {"minProperties", 1},
      {"additionalProperties",
       or_function(
           {{"anyOf", json::array{json::object{{"type", json::array{"string", "number", "boolean", "null", "array"}}},
                                  closed("Operators, all of which must hold.", operators, {})}}})}};
}

}  // namespace conductor::services::constraints
