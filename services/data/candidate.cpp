#include "services/data/candidate.hpp"

#include "core/model/data_topic.hpp"

#include <algorithm>
#include <array>

namespace conductor::services::data {

namespace json = boost::json;
namespace data_topic = model::data_topic;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::array slice_types{"nssi", "nsi", "nst", "nsst", "slice_profiles"};
constexpr std::array typed_costs{"cloud", "service", "vfmodule", "transport", "nssi", "nsi", "nst", "nsst"};

bool is_one_of(auto const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// true, "True", "TRUE" -> "true".
std::string boolean_text(json::value const& value, std::string fallback) {
  if (auto const* flag = value.if_bool()) return *flag ? "true" : "false";
  if (auto const* text = value.if_string(); text != nullptr && !text->empty()) {
    std::string lower(*text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
  }
  return fallback;
}

// In one piece where that is possible: to look for the place of each member takes longer than to copy it.
json::object fields_of(sdk::Candidate const& candidate, bool hardware, json::storage_ptr const& storage) {
  auto const& fields = candidate.fields;
  if (hardware || !std::ranges::any_of(data_topic::hardware_fields, [&](auto name) { return fields.contains(name); }))
    return json::object(fields, storage);
  json::object others(storage);
  others.reserve(fields.size());
  for (auto const& [name, value] : fields)
    if (!data_topic::is_hardware(name)) others.emplace(name, value);
  return others;
}

}  // namespace

Costs Costs::from(sdk::Settings const& settings) {
  Costs costs;
  costs.existing_placement = settings.number("existing_placement_cost");
  for (auto const* type : typed_costs) costs.by_type[type] = settings.number(std::string(type) + "_candidate_cost");
  // The option of its own is unset as long as nobody wants another cost than a service's.
  if (!settings.is_set("vfmodule_candidate_cost")) costs.by_type["vfmodule"] = costs.by_type["service"];
  return costs;
}

double Costs::of(std::string_view inventory_type) const {
  auto const found = by_type.find(inventory_type);
  return found == by_type.end() ? 1.0 : found->second;
}

sdk::Result<Decoration> Decoration::from(std::string const& demand, json::object const& requirement) {
  Decoration decoration;
  decoration.demand_ = demand;
  decoration.requirement_ = requirement;
  if (auto const* unique = requirement.if_contains("unique")) decoration.unique_ = boolean_text(*unique, "true");
  if (auto const* id = requirement.if_contains("service_resource_id"); id != nullptr && id->is_string())
    decoration.service_resource_id_ = std::string(id->as_string());
  return decoration;
}

sdk::Result<json::object> Decoration::document(sdk::Candidate const& candidate, Circumstances const& circumstances,
                                               Costs const& costs, json::storage_ptr const& storage) const {
  auto const& [provider, existing, hardware] = circumstances;
  auto const wish = [&](std::string_view key) { return requirement_.if_contains(key); };
  // Where the candidate has a field of that name, the candidate's counts.
  auto document = fields_of(candidate, hardware, storage);
  constexpr std::size_t own_members = 8;  // what is added below, mostly
  document.reserve(document.size() + own_members);
  document.emplace("candidate_id", candidate.candidate_id);
  if (!service_resource_id_.empty()) document.emplace("service_resource_id", service_resource_id_);
  if (!provider.empty()) document.emplace("inventory_provider", provider);
  document.emplace("inventory_type", candidate.inventory_type);
  if (auto const [place, is_ours] = document.emplace("uniqueness", unique_); !is_ours)
    place->value() = boolean_text(place->value(), unique_);
  auto const* default_cost = wish("default_cost");
  if (default_cost != nullptr && !default_cost->is_null())
    document.emplace("cost", *default_cost);
  else
    document.emplace("cost", costs.of(candidate.inventory_type));
  if (!candidate.cloud_owner.empty()) document.emplace("cloud_owner", candidate.cloud_owner);

  if (candidate.inventory_type == "service" || candidate.inventory_type == "vfmodule")
    for (auto const* key : {"vlan_key", "port_key"})
      document.insert_or_assign(key, wish(key) == nullptr ? json::value(nullptr) : *wish(key));
  document["existing_placement"] = existing ? "true" : "false";
  if (existing) {
    // What it would cost if moves had a price of their own.
    json::value normal = document["cost"];
    document["normal_cost"] = std::move(normal);
    document["cost"] = costs.existing_placement;
  }
  auto const* conflict = wish("conflict_identifier");
  if (candidate.inventory_type == "cloud" && conflict != nullptr && !conflict->is_null()) {
    auto id = conflict_id(document);
    if (!id) return id.error();
    document["conflict_id"] = std::move(*id);
  }
  if (auto const* attributes = wish("passthrough_attributes");
      attributes != nullptr && attributes->is_object() && !attributes->as_object().empty())
    document["passthrough_attributes"] = *attributes;
  if (auto const* defaults = wish("default_attributes");
      defaults != nullptr && defaults->is_object() && is_one_of(slice_types, candidate.inventory_type))
    for (auto const& [given_name, value] : defaults->as_object()) {
      std::string name(given_name);
      if (candidate.inventory_type != "slice_profiles") std::replace(name.begin(), name.end(), '-', '_');
      if (auto const* have = document.if_contains(name); have == nullptr || have->is_null()) document[name] = value;
    }
  return document;
}

sdk::Result<std::string> Decoration::conflict_id(json::object const& document) const {
  auto const& given = requirement_.at("conflict_identifier");
  auto const refuse = [&](json::value const& item, std::string const& why) {
    return Error{Errc::invalid, "Conflict identifier of demand " + demand_ + ": " + json::serialize(item) + " " + why};
  };
  if (!given.is_array()) return refuse(given, "must be a list of texts and {get_candidate_attribute: FIELD}");
  std::string id;
  for (auto const& item : given.as_array()) {
    if (auto const* text = item.if_string()) {
      id += std::string(*text) + "|";
      continue;
    }
    auto const* form = item.if_object();
    auto const* name = form == nullptr ? nullptr : form->if_contains("get_candidate_attribute");
    if (name == nullptr || !name->is_string())
      return refuse(item, "must be a text or {get_candidate_attribute: FIELD}");
    auto const* value = document.if_contains(name->as_string());
    if (value == nullptr || value->is_null())
      return refuse(item, "names a field that candidate " + std::string(document.at("candidate_id").as_string()) +
                              " does not have");
    id += (value->is_string() ? std::string(value->as_string()) : json::serialize(*value)) + "|";
  }
  return id;
}

}  // namespace conductor::services::data
