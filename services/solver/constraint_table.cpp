// The table of constraint types, and what tests and relations do unless a type knows better.
#include "services/solver/constraint.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

constexpr ConstraintType const* types[] = {
    &distance_to_location_type,
    &zone_type,
    &attribute_type,
    &inventory_group_type,
    &threshold_type,
    &distance_between_demands_type,
    &same_candidate_type,
    &different_candidate_type,
    &hpa_type,
    &any_of_type,
    &not_type,
    &network_to_location_type,
    &network_between_demands_type,
    &license_type,
    &capability_type,
    &vim_fit_type,
    &instance_fit_type,
    &region_fit_type,
};

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

Truth Test::truth(std::uint32_t demand, std::uint32_t candidate) const {
  if (keeps(demand, candidate)) return Truth::yes;
  return why(demand, candidate).missing ? Truth::unknown : Truth::no;
}

std::optional<double> Test::excess(std::uint32_t demand, std::uint32_t candidate) const {
  if (keeps(demand, candidate)) return 0.0;
  auto const drop = why(demand, candidate);
  if (drop.missing || !drop.value || !drop.limit) return std::nullopt;
  return std::abs(*drop.value - *drop.limit);
}

Drop Relation::why(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) const {
  return {.reason = "pair", .text = "the constraint does not hold for the two"};
}

std::optional<double> Relation::excess(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) const {
  return std::nullopt;
}

}  // namespace conductor::services::solver
