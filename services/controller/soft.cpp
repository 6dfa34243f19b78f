// Soft constraints (solver specification 21.2): `penalty` or `weight` beside a constraint's properties.
#include "services/controller/soft.hpp"

namespace conductor::services::controller {
namespace {

using namespace constraints;

class SoftKeys {
 public:
  SoftKeys(Type const& type, ConstraintUnderCheck const& constraint, json::object const& properties, Report& report)
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
    if (type_.without_limit == nullptr) return;
    for (auto const& [reason, expected] : type_.without_limit(properties_)) refuse(weight, reason, expected);
  }

  void refuse(View const& weight, std::string const& reason, std::string const& expected) {
    report_.add(weight,
                "Key 'weight' in constraint named '" + constraint_.name + "' needs limits to exceed, but " +
                    readable(reason, 200) + ", expected " + expected + "; use penalty instead",
                "penalty, or limits with " + expected);
  }

  Type const& type_;
  ConstraintUnderCheck const& constraint_;
  json::object const& properties_;
  Report& report_;
};

}  // namespace

void read_soft_keys(constraints::Type const& type, constraints::ConstraintUnderCheck const& constraint,
                    json::object const& properties, json::object& entry, Report& report) {
  SoftKeys(type, constraint, properties, report).read(entry);
}

}  // namespace conductor::services::controller
