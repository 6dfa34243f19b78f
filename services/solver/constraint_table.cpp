// The table of constraint types.
#include "services/solver/constraint.hpp"

namespace conductor::services::solver {
namespace {

constexpr ConstraintType const* types[] = {&distance_to_location_type, &zone_type, &attribute_type,
                                           &inventory_group_type, &distance_between_demands_type};

}  // namespace

ConstraintType const* find_constraint_type(std::string_view name) {
  for (auto const* type : types)
    if (type->name == name) return type;
  return nullptr;
}

std::string constraint_type_names() {
  std::string names;
  for (auto const* type : types) names += (names.empty() ? "" : ", ") + std::string(type->name);
  return names;
}

std::string title_of(Constraint const& constraint) {
  return "constraint '" + constraint.name + "' (" + std::string(constraint.type->name) + ")";
}

}  // namespace conductor::services::solver
