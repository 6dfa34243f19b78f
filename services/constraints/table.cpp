#include "services/constraints/table.hpp"

#include "services/constraints/families.hpp"

#include <algorithm>
#include <tuple>

namespace conductor::services::constraints {
namespace {

std::vector<Type const*> collect() {
  std::vector<Type const*> all;
  for (auto const family : families)
    for (auto const& type : family()) all.push_back(&type);
  std::ranges::sort(all, {}, [](Type const* type) { return std::tuple(type->place, type->name); });
  return all;
}

}  // namespace

std::span<Type const* const> types() {
  static std::vector<Type const*> const all = collect();
  return all;
}

Type const* find_type(std::string_view name) {
  for (auto const* type : types())
    if (type->name == name) return type;
  return nullptr;
}

std::string type_names() {
  std::string names;
  for (auto const* type : types()) names += (names.empty() ? "" : ", ") + std::string(type->name);
  return names;
}

std::string title_of(Constraint const& constraint) {
  return "constraint '" + constraint.name + "' (" + std::string(constraint.type->name) + ")";
}

}  // namespace conductor::services::constraints
