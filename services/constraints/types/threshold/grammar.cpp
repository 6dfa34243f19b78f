// Constraint type threshold (template specification 6.4): comparisons of a candidate's attributes with numbers. Nothing
// to do with threshold expressions such as '< 300 km'.
#include "services/constraints/types/threshold/threshold.hpp"

#include "core/config/nearest.hpp"
#include "services/grammar/schema_parts.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::constraints {
namespace {

std::vector<std::string> const comparisons{"gte", "lte", "gt", "lt", "eq", "ne"};
std::vector<std::string> const item_keys{"attribute", "operator", "threshold", "unit"};

class ItemCheck {
 public:
  ItemCheck(ConstraintUnderCheck const& constraint, Report& report) : constraint_(constraint), report_(report) {}

  json::object read(View const& item, std::size_t index) {
    where_ = "Item " + std::to_string(index) + " of property 'evaluate' in constraint named '" + constraint_.name + "'";
    json::object result;
    if (!item->is_mapping()) {
      refuse(item, " is '" + shown(item.node()) + "'", "{attribute, operator, threshold}");
      return result;
    }
    for (auto const& [key, value] : item.members()) check_key(key, value);
    auto const attribute = item.given("attribute");
    if (!attribute || !attribute->node().is_text() || attribute->node().text().empty())
      refuse(attribute.value_or(item), " has the attribute '" + text_of(attribute) + "'", "the name of an attribute");
    else
      result["attribute"] = attribute->node().text();
    auto const comparison = item.given("operator");
    auto const name = comparison ? std::string(comparison->node().text()) : std::string();
    if (std::find(comparisons.begin(), comparisons.end(), name) == comparisons.end())
      refuse(comparison.value_or(item), " has the operator '" + text_of(comparison) + "'",
             "one of " + joined(comparisons), config::nearest(name, comparisons));
    result["operator"] = name;
    read_threshold(item, result);
    if (auto const unit = item.given("unit")) {
      if (!unit->node().is_text()) refuse(*unit, " has the unit '" + shown(unit->node()) + "'", "a text");
      result["unit"] = text::to_json(unit->node());
    }
    return result;
  }

 private:
  static std::string text_of(std::optional<View> const& given) { return given ? shown(given->node()) : "None"; }

  void check_key(std::string_view key, View const& value) {
    if (std::find(item_keys.begin(), item_keys.end(), key) == item_keys.end())
      refuse(value, " has the unknown key '" + readable(key) + "'", "one of " + joined(item_keys),
             config::nearest(readable(key), item_keys));
  }

  void read_threshold(View const& item, json::object& result) {
    auto const threshold = item.given("threshold");
    auto const number = threshold ? number_in(threshold->node()) : std::nullopt;
    if (number)
      result["threshold"] = threshold->node().is_number() ? text::to_json(threshold->node()) : json::value(*number);
    else
      refuse(threshold.value_or(item), " has the threshold '" + text_of(threshold) + "'", "a number");
  }

  void refuse(View const& where, std::string const& what, std::string const& expected, std::string suggestion = "") {
    report_.add(where, where_ + what + ", expected " + expected, expected, std::move(suggestion));
  }

  ConstraintUnderCheck const& constraint_;
  Report& report_;
  std::string where_;
};

}  // namespace

void check_threshold(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) {
  auto const evaluate = constraint.properties.given("evaluate");
  if (!evaluate || !evaluate->node().is_list()) return;
  ItemCheck check(constraint, report);
  json::array items;
  auto const views = evaluate->items();
  for (std::size_t i = 0; i < views.size(); ++i) items.emplace_back(check.read(views[i], i));
  properties["evaluate"] = std::move(items);
}

std::vector<NoLimit> thresholds_without_limit(json::object const& properties) {
  std::vector<NoLimit> found;
  auto const* items = properties.if_contains("evaluate");
  if (items == nullptr || !items->is_array()) return found;
  constexpr std::array<std::string_view, 4> limits{"gt", "lt", "gte", "lte"};
  for (auto const& item : items->get_array()) {
    auto const* op = item.is_object() ? item.get_object().if_contains("operator") : nullptr;
    if (op != nullptr && op->is_string() &&
        std::find(limits.begin(), limits.end(), std::string_view(op->get_string())) == limits.end())
      found.push_back({"an item has the operator '" + std::string(op->get_string()) + "'", "one of gt, lt, gte, lte"});
  }
  return found;
}

json::object threshold_schema() {
  using namespace schema_parts;
  return non_empty_list_of(closed("",
                                  {{"attribute", text()},
                                   {"operator", or_function(one_of({"gte", "lte", "gt", "lt", "eq", "ne"}))},
                                   {"threshold", number()},
                                   {"unit", text()}},
                                  {"attribute", "operator", "threshold"}));
}

}  // namespace conductor::services::constraints
