#include "services/constraints/recheck.hpp"

#include <cmath>

namespace conductor::services::constraints {

json::object const& properties_in(json::object const& constraint) {
  static json::object const nothing;
  auto const* given = member(constraint, "properties");
  return given ? given->as_object() : nothing;
}

Place place_of(json::object const& object) {
  auto const* latitude = object.if_contains("latitude");
  auto const* longitude = object.if_contains("longitude");
  auto const phi = latitude ? number_in(*latitude) : std::nullopt,
             lambda = longitude ? number_in(*longitude) : std::nullopt;
  if (!phi || !lambda || std::abs(*phi) > 90 || std::abs(*lambda) > 180) return {};
  return {true, {*phi, *lambda}};
}

Place place_of_location(json::object const& root, std::string_view name) {
  auto const* locations = root.if_contains("locations");
  auto const* found = locations ? locations->as_object().if_contains(name) : nullptr;
  return found ? place_of(found->as_object()) : Place{};
}

bool within(json::object const& threshold, double seen, double tolerance) {
  auto const& value = threshold.at("value");
  if (value.is_object()) return *number_in(value.at("min")) <= seen && seen <= *number_in(value.at("max"));
  double const limit = *number_in(value);
  auto const op = threshold.contains("operator") ? text_of(threshold, "operator") : "=";
  if (op == "<") return seen < limit;
  if (op == ">") return seen > limit;
  if (op == ">=") return seen >= limit;
  if (op == "=") return std::abs(seen - limit) <= tolerance;
  return seen <= limit;
}

double beyond(json::object const& threshold, double seen) {
  auto const& value = threshold.at("value");
  if (value.is_object()) return std::max({0.0, *number_in(value.at("min")) - seen, seen - *number_in(value.at("max"))});
  double const limit = *number_in(value);
  return std::max(0.0, text_of(threshold, "operator").starts_with('>') ? limit - seen : seen - limit);
}

}  // namespace conductor::services::constraints
