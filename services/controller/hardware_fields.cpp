#include "services/controller/hardware_fields.hpp"

#include "core/model/data_topic.hpp"
#include "services/constraints/table.hpp"

#include <set>
#include <string>

namespace conductor::services::controller {

namespace json = boost::json;

namespace {

bool looks_at_hardware(json::object const& constraint) {
  auto const* type = constraint.if_contains("type");
  auto const* known = type != nullptr && type->is_string() ? constraints::find_type(type->get_string()) : nullptr;
  return known != nullptr && known->reads_hardware;
}

void collect(json::value const& demands, std::set<std::string, std::less<>>& names) {
  if (auto const* name = demands.if_string()) names.emplace(*name);
  if (auto const* list = demands.if_array())
    for (auto const& item : *list) collect(item, names);
}

}  // namespace

void drop_unused_hardware(json::object const& constraints, json::object& demands) {
  std::set<std::string, std::less<>> keeping;
  for (auto const& [name, value] : constraints)
    if (auto const* constraint = value.if_object(); constraint != nullptr && looks_at_hardware(*constraint))
      if (auto const* named = constraint->if_contains("demands")) collect(*named, keeping);
  for (auto& [name, demand] : demands) {
    if (keeping.contains(std::string_view(name))) continue;
    for (auto& candidate : demand.as_object().at("candidates").as_array())
      if (auto* fields = candidate.if_object())
        for (auto const field : model::data_topic::hardware_fields) fields->erase(field);
  }
}

}  // namespace conductor::services::controller
