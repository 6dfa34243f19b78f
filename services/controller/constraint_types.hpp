// The constraint types, as one table: what each needs, how its properties are read, and whether this release has it.
#pragma once
#include "services/controller/draft.hpp"

#include <span>

namespace conductor::services::controller {

// One constraint under check.
struct ConstraintUnderCheck {
  Template const& given;
  Draft& draft;
  std::string name;  // as shown
  View whole, properties;
  std::vector<std::string> demands;
};

struct ConstraintType {
  struct Property {
    std::string_view name;
    bool required = false;
    std::vector<std::string_view> values{};  // vocabulary; empty: any value
    std::string_view threshold{};            // base unit of a threshold expression; empty: none
  };

  std::string_view name;
  bool supported = true;  // false: documented, a later release has it
  bool split = false;     // one entry per demand in the translated document
  std::size_t least_demands = 1;
  std::vector<Property> properties{};
  bool has_demands = true;  // groups have members instead
  // What the columns above cannot say; may be null.
  void (*check)(ConstraintUnderCheck const& constraint, Report& report) = nullptr;
};

std::span<ConstraintType const> constraint_types();
ConstraintType const* find_constraint_type(std::string_view name);

// attribute.cpp: the values of `evaluate` (6.3).
void check_attribute(ConstraintUnderCheck const& constraint, Report& report);

}  // namespace conductor::services::controller
