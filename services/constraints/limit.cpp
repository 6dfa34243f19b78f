#include "services/constraints/limit.hpp"

namespace conductor::services::constraints {

void add_limits_of(json::object const& properties, char const* name, char const* unit, std::vector<Limit>& limits) {
  auto const* property = member(properties, name);
  auto const* value = property && property->is_object() ? member(property->get_object(), "value") : nullptr;
  if (value == nullptr) return;
  json::object alone{{name, *property}};
  if (auto const* location = member(properties, "location")) alone["location"] = *location;
  if (auto const* range = value->if_object()) {
    for (auto const* end : {"min", "max"}) {
      auto const* number = member(*range, end);
      if (number == nullptr || !number_in(*number)) continue;
      limits.push_back({std::string(name) + "." + end,
                        unit,
                        {name, "value", end},
                        *number_in(*number),
                        std::string_view(end) == "max",
                        false,
                        alone});
    }
    return;
  }
  auto const op = text_of(property->get_object(), "operator");
  auto const number = number_in(*value);
  if (!number || op.empty() || op == "=") return;
  bool const lower = op == ">" || op == ">=";
  limits.push_back({name, unit, {name, "value"}, *number, !lower, op == "<" || op == ">", std::move(alone)});
}

}  // namespace conductor::services::constraints
