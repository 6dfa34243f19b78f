#include "services/grammar/vocabulary.hpp"

#include <algorithm>

namespace conductor::services::grammar {
namespace {

using enum ValueKind;

constexpr Key all_location_keys[] = {
    {"latitude", number, "Degrees north of the equator, -90..90."},
    {"longitude", number, "Degrees east of Greenwich, -180..180."},
    {"host_name", text, "A host that an inventory knows."},
    {"clli_code", text, "A CLLI code that an inventory knows, 8 characters."},
    {"country", text, "ISO 3166 code of the country, three letters such as SWE."},
    {"iso_country_code", text, "The same as country."},
    {"postal_code", word, "Postal code, looked up in the gazetteer."},
    {"administrative_area", text, "State, province or county, looked up in the gazetteer."},
    {"sub_administrative_area", text, "Finer than the gazetteer; ignored with a warning."},
    {"locality", text, "City, looked up in the gazetteer."},
    {"sub_locality", text, "Finer than the gazetteer; ignored with a warning."},
    {"thoroughfare", text, "Finer than the gazetteer; ignored with a warning."},
    {"sub_thoroughfare", text, "Finer than the gazetteer; ignored with a warning."}};

constexpr std::string_view placemark_keys[] = {
    "iso_country_code", "postal_code",  "administrative_area", "sub_administrative_area",
    "locality",         "sub_locality", "thoroughfare",        "sub_thoroughfare"};

constexpr Key all_requirement_keys[] = {
    {"inventory_provider", text, "The inventory to ask, such as file or aai; not needed with candidates."},
    {"inventory_type", text, "The type of candidates; not needed with candidates."},
    {"candidates", list, "Candidates given in full; no inventory is asked."},
    {"filtering_attributes", mapping,
     "Attribute -> value, list, {any: [...]} or {not: [...]}; a candidate must match all."},
    {"attributes", mapping, "The same as filtering_attributes."},
    {"passthrough_attributes", mapping, "Copied to the candidates and into the recommendation."},
    {"default_attributes", mapping, "Added to generated and slice candidates."},
    {"service_type", texts, "Older form of the filtering attribute service-type."},
    {"service_id", texts, "Accepted, unused."},
    {"customer_id", text, "Older form of the filtering attribute global-customer-id."},
    {"service_subscription", text, "Needed for inventory type transport."},
    {"service_resource_id", text, "Returned in the recommendation."},
    {"default_cost", number, "Cost of candidates for which the inventory has none."},
    {"required_candidates", list, "Only these may be chosen: {inventory_type, candidate_id}."},
    {"excluded_candidates", list, "These may not be chosen: {inventory_type, candidate_id}."},
    {"existing_placement", any, "The present choice: {candidate_id}."},
    {"region", text, "Only candidates of this location_id."},
    {"complex", text, "Only candidates of this physical_location_id."},
    {"subdivision", any, "Only candidates in these states: ISO 3166-2 codes such as US-TX, or bare state codes."},
    {"flavor", any, "Only cloud regions with an enabled flavor of one of these names or ids."},
    {"unique", boolean, "Whether further solutions may not choose the same candidate again; default true."},
    {"conflict_identifier", list, "Texts and {get_candidate_attribute: FIELD}: which orders lock each other out."},
    {"vlan_key", text, "Copied to service and vfmodule candidates."},
    {"port_key", text, "Copied to service and vfmodule candidates."}};

constexpr Key all_candidate_keys[] = {{"candidate_id", text, "Identity of the candidate."},
                                      {"candidate_type", word},
                                      {"inventory_type", text},
                                      {"inventory_provider", text},
                                      {"host_id", word},
                                      {"cost", number},
                                      {"location_id", word},
                                      {"location_type", word},
                                      {"latitude", number, "Degrees, -90..90."},
                                      {"longitude", number, "Degrees, -180..180."},
                                      {"city", word},
                                      {"state", word},
                                      {"country", word},
                                      {"region", word},
                                      {"complex_name", word},
                                      {"cloud_owner", word},
                                      {"cloud_region_version", word},
                                      {"physical_location_id", word},
                                      {"vim-id", word},
                                      {"uniqueness", boolean},
                                      {"service_resource_id", word},
                                      {"flavors", any}};

constexpr std::string_view versions[] = {"2016-11-01", "2017-10-10", "2018-02-01", "2020-08-13"};
constexpr std::string_view all_constraint_keys[] = {"type",   "demands",     "properties", "penalty",
                                                    "weight", "constraints", "constraint"};
constexpr std::string_view types[] = {"cloud", "service",        "vfmodule", "transport", "nssi",
                                      "nsi",   "slice_profiles", "nst",      "nsst"};

}  // namespace

std::span<Key const> location_keys() { return all_location_keys; }
bool is_placemark_key(std::string_view key) { return contains(placemark_keys, key); }
std::span<Key const> requirement_keys() { return all_requirement_keys; }
std::span<Key const> candidate_keys() { return all_candidate_keys; }
std::span<std::string_view const> constraint_keys() { return all_constraint_keys; }
std::span<std::string_view const> template_versions() { return versions; }
std::span<std::string_view const> inventory_types() { return types; }

std::vector<std::string> names_of(std::span<Key const> keys) {
  std::vector<std::string> names;
  for (auto const& key : keys) names.emplace_back(key.name);
  return names;
}

std::vector<std::string> names_of(std::span<std::string_view const> names) { return {names.begin(), names.end()}; }

bool contains(std::span<Key const> keys, std::string_view name) {
  return std::any_of(keys.begin(), keys.end(), [&](Key const& key) { return key.name == name; });
}

bool contains(std::span<std::string_view const> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace conductor::services::grammar
