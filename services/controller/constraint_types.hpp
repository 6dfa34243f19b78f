// The constraint types, as one table: what each needs and how its properties are read.
//
// Entries of the translated document, by which the solver goes (`properties` is always there):
//   split types      one entry per demand: {"name", "type", "demands": NAME, "properties"}
//   other types      {"name", "type", "demands": [NAME, ...], "properties"}
//   any_of           {"name", "type", "demands": all demands of its members, "properties": {}, "constraints": [MEMBER,
//   ...]} not              the same with "constraint": MEMBER
// A MEMBER is an entry without "name"; its "demands" are always a list, also for types that are split elsewhere: the
// member holds when it holds for all of them. Soft constraints have "penalty" or "weight", a number, beside
// "properties". Threshold properties are {"operator", "value", "units"}, see core/text/threshold.hpp. Further normal
// forms:
//   threshold        "evaluate": [{"attribute", "operator", "threshold", "unit"?}], numeric text turned into numbers
//   hpa              "evaluate" as given, but "mandatory" is the text True or False
//   instance_fit,    "controller" is the loaded name that was meant, "request" is always there
//   region_fit
//   vim_fit          "request": {"vCPU": number, "Memory": {"quantity": number, "unit": "GB"}, "Storage": the same}
//   capability       "template" and "environment" are the texts themselves
#pragma once
#include "services/controller/draft.hpp"
#include "services/controller/vocabulary.hpp"

#include <span>

namespace conductor::services::controller {

// One constraint under check, or one member of a group.
struct ConstraintUnderCheck {
  Template const& given;
  Known const& known;
  Draft& draft;
  std::string name;  // as shown: "near", "far > constraints[1]"
  View whole, properties;
  std::vector<std::string> demands;  // declared or not; each once
};

struct ConstraintType {
  enum class Form { split, whole, any_of, negation };
  enum class Soft { no, penalty, penalty_or_weight };

  struct Property {
    std::string_view name;
    std::string_view help{};
    bool required = false;
    ValueKind kind = ValueKind::any;
    std::vector<std::string_view> values{};  // vocabulary; empty: any value
    std::string_view threshold{};            // base unit of a threshold expression; empty: none
  };

  std::string_view name;
  Form form = Form::whole;
  std::string_view help{};
  std::vector<Property> properties{};
  std::size_t least_demands = 1;
  Soft soft = Soft::penalty;
  bool member = false;  // may stand in a group
  // What the columns above cannot say; may be null. `properties` is the translated form, which it may complete.
  void (*check)(ConstraintUnderCheck const& constraint, json::object& properties, Report& report) = nullptr;

  bool is_group() const { return form == Form::any_of || form == Form::negation; }
};

inline constexpr std::size_t deepest_group = 4, most_members = 16;

std::span<ConstraintType const> constraint_types();
ConstraintType const* find_constraint_type(std::string_view name);

// The checks of single types: attribute.cpp (6.3), threshold_constraint.cpp (6.4), fit.cpp (6.6, 6.7), hpa.cpp (6.9),
// capability.cpp (6.10).
using ConstraintCheck = void(ConstraintUnderCheck const& constraint, json::object& properties, Report& report);
ConstraintCheck check_attribute, check_threshold, check_controller_fit, check_vim_fit, check_hpa, check_capability;

// soft.cpp: `penalty` and `weight`, into the entry.
void read_soft_keys(ConstraintType const& type, ConstraintUnderCheck const& constraint, json::object const& properties,
                    json::object& entry, Report& report);

// "attribute 'a' of constraint ..." and the like: adds that `what` has an unusable value.
void refuse_value(View const& where, std::string const& what, ConstraintUnderCheck const& constraint,
                  std::string const& expected, Report& report);

}  // namespace conductor::services::controller
