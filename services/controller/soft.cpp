// Soft constraints (solver specification 21.2): `penalty` or `weight` beside a constraint's properties.
#include "services/controller/constraint_types.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::controller {
namespace {

using Soft = ConstraintType::Soft;

class SoftKeys {
 public:
  SoftKeys(ConstraintType const& type, ConstraintUnderCheck const& constraint, json::object const& properties,
           Report& report)
      : type_(type), constraint_(constraint), properties_(properties), report_(report) {}

  void read(json::object& entry) {
    auto const penalty = constraint_.whole.given("penalty"), weight = constraint_.whole.given("weight");
    if (penalty && weight)
      report_.add(*weight, "Constraint " + constraint_.name + " has both penalty and weight; keep one of them",
                  "penalty or weight");
    if (penalty) read_key("penalty", *penalty, entry);
    if (weight) {
      read_key("weight", *weight, entry);
      if (type_.soft == Soft::penalty_or_weight) check_limits(*weight);
    }
  }

 private:
  void read_key(std::string const& key, View const& given, json::object& entry) {
    bool const allowed = type_.soft != Soft::no && (key == "penalty" || type_.soft == Soft::penalty_or_weight);
    auto const number = number_in(given.node());
    if (!allowed)
      report_.add(given,
                  "Key '" + key + "' is not allowed in constraint named '" + constraint_.name + "' of type " +
                      std::string(type_.name),
                  type_.soft == Soft::no ? "a constraint without penalty and weight" : "penalty");
    else if (!number || *number <= 0)
      report_.add(given,
                  "Key '" + key + "' value '" + shown(given.node()) + "' in constraint named '" + constraint_.name +
                      "' is not valid, expected a number above 0",
                  "a number above 0");
    else
      entry[key] = *number;
  }

  // An excess needs a limit that values lie above or below.
  void check_limits(View const& weight) {
    for (auto const& property : type_.properties) {
      auto const* value = properties_.if_contains(property.name);
      if (value == nullptr || property.threshold.empty() || !value->is_object()) continue;
      auto const* op = value->get_object().if_contains("operator");
      auto const* limit = value->get_object().if_contains("value");
      if (op != nullptr && *op == "=" && limit != nullptr && !limit->is_object())
        refuse(weight, "property '" + std::string(property.name) + "' has the operator '='",
               "one of <, <=, >, >= or a range");
    }
    auto const* items = properties_.if_contains("evaluate");
    if (type_.name != "threshold" || items == nullptr || !items->is_array()) return;
    constexpr std::array<std::string_view, 4> limits{"gt", "lt", "gte", "lte"};
    for (auto const& item : items->get_array()) {
      auto const* op = item.is_object() ? item.get_object().if_contains("operator") : nullptr;
      if (op != nullptr && op->is_string() &&
          std::find(limits.begin(), limits.end(), std::string_view(op->get_string())) == limits.end())
        refuse(weight, "an item has the operator '" + std::string(op->get_string()) + "'", "one of gt, lt, gte, lte");
    }
  }

  void refuse(View const& weight, std::string const& reason, std::string const& expected) {
    report_.add(weight,
                "Key 'weight' in constraint named '" + constraint_.name + "' needs limits to exceed, but " +
                    readable(reason, 200) + ", expected " + expected + "; use penalty instead",
                "penalty, or limits with " + expected);
  }

  ConstraintType const& type_;
  ConstraintUnderCheck const& constraint_;
  json::object const& properties_;
  Report& report_;
};

}  // namespace

void read_soft_keys(ConstraintType const& type, ConstraintUnderCheck const& constraint, json::object const& properties,
                    json::object& entry, Report& report) {
  SoftKeys(type, constraint, properties, report).read(entry);
}

}  // namespace conductor::services::controller
