#include "services/placement/model.hpp"

#include <algorithm>
#include <cmath>

namespace conductor::services::placement {
namespace {

constexpr std::array<std::string_view, 10> type_names{"",     "cloud", "service",        "vfmodule", "transport",
                                                      "nssi", "nsi",   "slice_profiles", "nst",      "nsst"};

template <class Named>
std::optional<std::uint32_t> find(std::vector<Named> const& list, std::string_view name) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].name == name) return static_cast<std::uint32_t>(i);
  return std::nullopt;
}

}  // namespace

InventoryType inventory_type_from(std::string_view name) {
  for (std::size_t i = 1; i < type_names.size(); ++i)
    if (type_names[i] == name) return static_cast<InventoryType>(i);
  return InventoryType::other;
}

bool is_slice(InventoryType type) {
  return type == InventoryType::nssi || type == InventoryType::nsi || type == InventoryType::slice_profiles ||
         type == InventoryType::nst || type == InventoryType::nsst;
}

Symbol Symbols::intern(std::string_view text) {
  if (text.empty()) return 0;
  if (auto const found = numbers_.find(text); found != numbers_.end()) return found->second;
  texts_.emplace_back(text);
  auto const symbol = static_cast<Symbol>(texts_.size() - 1);
  numbers_.emplace(texts_.back(), symbol);
  return symbol;
}

std::array<double, 3> unit_vector(Coordinates const& where) {
  constexpr double radian = std::numbers::pi / 180.0;
  double const phi = where.latitude * radian, lambda = where.longitude * radian;
  return {std::cos(phi) * std::cos(lambda), std::cos(phi) * std::sin(lambda), std::sin(phi)};
}

std::optional<std::uint32_t> Plan::find_demand(std::string_view name) const { return find(demands, name); }
std::optional<std::uint32_t> Plan::find_location(std::string_view name) const { return find(locations, name); }

bool Plan::has_preferences() const {
  return objective || move_cost || stays_first ||
         std::any_of(constraints.begin(), constraints.end(), [](auto const& each) { return each.soft(); });
}

}  // namespace conductor::services::placement
