// The second opinion on capability constraints (solver specification 21.4).
#include "core/text/reader.hpp"
#include "services/constraints/types/capability/capability.hpp"

#include <set>

namespace conductor::services::constraints {
namespace {

std::string value_of_parameter(json::value const& heat, json::value const& environment, std::string const& name) {
  for (auto const* document : {&environment, &heat}) {
    auto const* section = document->is_object() ? member(document->get_object(), "parameters") : nullptr;
    auto const* value = section ? member(section->as_object(), name) : nullptr;
    if (value && document == &heat) value = member(value->as_object(), "default");
    if (value) return text_in(*value).value_or("");
  }
  return "";
}

void collect_flavors(json::value const& value, json::value const& heat, json::value const& environment,
                     std::set<std::string>& names) {
  if (auto const* object = value.if_object()) {
    if (text_of(*object, "type") == "OS::Nova::Server")
      if (auto const* properties = member(*object, "properties"))
        if (auto const* flavor = member(properties->as_object(), "flavor"))
          names.insert(flavor->is_object()
                           ? value_of_parameter(heat, environment, text_of(flavor->get_object(), "get_param"))
                           : text_in(*flavor).value_or(""));
    for (auto const& [key, each] : *object) collect_flavors(each, heat, environment, names);
  }
  if (auto const* list = value.if_array())
    for (auto const& each : *list) collect_flavors(each, heat, environment, names);
}

}  // namespace

Measured recheck_capability(Judge const&, json::object const& constraint, Party const& party) {
  auto const& properties = properties_in(constraint);
  if (text_of(*party.candidate, "inventory_type") != "cloud") return plain(Opinion::no);
  auto const heat = to_json(text::read_json_or_yaml(text_of(properties, "template")).root);
  auto const environment = to_json(text::read_json_or_yaml(text_of(properties, "environment")).root);
  std::set<std::string> wanted;
  collect_flavors(heat.at("resources"), heat, environment, wanted);
  for (auto const& name : wanted) {
    bool found = false;
    auto const* flavors = member(*party.candidate, "flavors");
    if (flavors && flavors->is_object()) flavors = member(flavors->get_object(), "flavor");
    if (!flavors || !flavors->is_array()) return plain(Opinion::no);
    for (auto const& each : flavors->get_array()) {
      auto const* disabled = member(each.as_object(), "flavor-disabled");
      bool const enabled = !disabled || !boolean_in(*disabled).value_or(false);
      found = found || (enabled && text_of(each.as_object(), "flavor-name") == name);
    }
    if (!found) return plain(Opinion::no);
  }
  return plain(Opinion::yes);
}

}  // namespace conductor::services::constraints
