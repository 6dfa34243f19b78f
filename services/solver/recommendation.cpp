// Unknown values are null, not absent, unless the specification says otherwise.
#include "services/solver/recommendation.hpp"

namespace conductor::services::solver {
namespace {

json::value value_or_null(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value ? *value : json::value(nullptr);
}

bool runs_on_host(InventoryType type) { return type == InventoryType::service || type == InventoryType::vfmodule; }

json::value candidate_part(json::object const& document, InventoryType type, bool rehome) {
  if (is_slice(type)) return document;
  json::object out;
  for (auto const* name : {"candidate_id", "inventory_type", "cloud_owner", "location_type", "location_id"})
    out[name] = value_or_null(document, name);
  // Regions of this version are addressed without location.
  if (text_of(document, "cloud_region_version") == "2.5") out["location_id"] = "";
  out["is_rehome"] = rehome ? "true" : "false";
  if (auto const* vim = member(document, "vim-id")) out["vim-id"] = *vim;
  if (runs_on_host(type)) out["host_id"] = value_or_null(document, "host_id");
  if (type == InventoryType::cloud)
    if (auto const* conflict = member(document, "conflict_id")) out["conflict_id"] = *conflict;
  return out;
}

bool is_set(json::value const* value) {
  if (!value) return false;
  if (value->is_string()) return !value->get_string().empty();
  if (value->is_array()) return !value->get_array().empty();
  return true;
}

json::object attributes_part(json::object const& document, InventoryType type) {
  json::object out;
  out["physical-location-id"] = value_or_null(document, "physical_location_id");
  out["cloud_owner"] = value_or_null(document, "cloud_owner");
  out["aic_version"] = value_or_null(document, "cloud_region_version");
  if (runs_on_host(type)) {
    out["host_id"] = value_or_null(document, "host_id");
    out["service_instance_id"] =
        value_or_null(document, type == InventoryType::service ? "candidate_id" : "service_instance_id");
    for (auto const* name : {"vlan_key", "port_key"})
      if (auto const* value = member(document, name); is_set(value)) out[name] = *value;
  }
  if (type == InventoryType::vfmodule)
    for (auto const* name : {"nf-name", "nf-id", "nf-type", "vnf-type", "vf-module-id", "vf-module-name",
                             "ipv4-oam-address", "ipv6-oam-address", "vservers"})
      out[name] = value_or_null(document, name);
  return out;
}

using VmFlavors = std::vector<std::pair<std::string, std::vector<ChosenFlavor>>>;

// In a flavor directive the attribute that a VM's label names has the flavor's name, flavorId the flavor's id, and any
// other is empty.
void fill_in(json::object& directive, ChosenFlavor const& own, std::map<std::string, std::string> const& names) {
  auto* attributes = directive.if_contains("attributes");
  if (!attributes || !attributes->is_array()) return;
  for (auto& each : attributes->get_array()) {
    if (!each.is_object()) continue;
    auto const name = text_of(each.get_object(), "attribute_name");
    auto const found = names.find(name);
    auto value = name == own.label ? own.name : name == "flavorId" ? own.id : found == names.end() ? "" : found->second;
    each.get_object()["attribute_value"] = std::move(value);
  }
}

// One entry per VM of the hpa constraints, completed with its flavor (API specification 10.5).
json::object directives_part(VmFlavors const& found) {
  std::map<std::string, std::string> names;
  for (auto const& [constraint, flavors] : found)
    for (auto const& flavor : flavors) names.emplace(flavor.label, flavor.name);
  json::array entries;
  for (auto const& [constraint, flavors] : found)
    for (auto const& flavor : flavors) {
      auto entry = flavor.entry;
      for (auto& directive : entry["directives"].get_array())
        if (directive.is_object() &&
            text_of(directive.get_object(), "type").find("flavor_directives") != std::string::npos)
          fill_in(directive.get_object(), flavor, names);
      entries.push_back(std::move(entry));
    }
  json::object out;
  out["directives"] = std::move(entries);
  return out;
}

}  // namespace

json::object recommend(sdk::Call const& call, sdk::Log& log, Plan const& plan, Annotations const& annotations,
                       std::uint32_t demand, std::uint32_t candidate) {
  auto const& pool = plan.demands[demand];
  auto const& document = *pool.documents[candidate];
  bool const rehome = plan.request_type == "speed changed" && !pool.existing[candidate];
  auto const provider = text_of(document, "inventory_provider");
  json::object out;
  out["inventory_provider"] = provider.empty() ? "aai" : provider;
  out["service_resource_id"] = value_or_null(document, "service_resource_id");
  out["candidate"] = candidate_part(document, pool.types[candidate], rehome);
  auto attributes = attributes_part(document, pool.types[candidate]);
  if (auto const* found = annotations.of(demand, candidate); found && pool.types[candidate] == InventoryType::cloud)
    attributes["directives"] = directives_part(*found);
  auto const* passed = member(document, "passthrough_attributes");
  if (passed && passed->is_object())
    for (auto const& [name, value] : passed->get_object())
      if (!attributes.emplace(name, value).second)
        log.error(call, "demand '" + pool.name + "': pass-through attribute '" + std::string(name) +
                            "' is left out, candidate '" + pool.ids[candidate] + "' has an attribute of that name");
  out["attributes"] = std::move(attributes);
  return out;
}

}  // namespace conductor::services::solver
