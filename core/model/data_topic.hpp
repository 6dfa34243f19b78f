// The methods of rpc topic `data`: what the other roles ask the gateway to inventories. Requests carry lists. Arguments
// and answers are JSON objects; this page is their contract.
//
// resolve_demands   {"demands": {NAME: [requirement, ...]}, "request_type": text}
//   -> {"demands": {NAME: {"candidates": [candidate, ...], "dropped": [drop, ...]} | {"error": error}}}
//   Requirements as in the template, parameters substituted. One that lists `candidates` itself is complete: no
//   inventory is asked for it, its candidates take part in the required, excluded and existing lists and get costs,
//   uniqueness and pass-through like all others. A candidate is the flat document of the template specification 12. A
//   drop is {"candidate_id", "location_id", "code", "reason"}. An error is {"code": errc name, "text"}: the first
//   requirement that could not be resolved; an empty candidate list is no error.
// resolve_locations {"locations": {NAME: {"host_name": text} | {"clli_code": text}}}
//   -> {"locations": {NAME: {"latitude", "longitude", "country"} | {"error": error}}}    country: null when unknown
// regions_with_roles {"roles": [text, ...]}       -> {"roles": {ROLE: [[cloud_owner, region_id], ...]}}
// roles_of_hosts     {"host_ids": [text, ...]}    -> {"host_ids": {HOST: [role, ...]}}
// pairs_of_groups    {"descriptions": [text, ...]} -> {"groups": {DESCRIPTION: [[id, id], ...]}}
//   In these three any look-up that fails fails the whole call, with a text that names what was looked up. An empty
//   description means the configured default.
// vims_with_capacity {"checks": [{"asker": text, "vcpus", "memory_gb", "storage_gb": number,
//                                 "vim_ids": [text, ...]}, ...]}
//   -> {"checks": [{"vim_ids": [text, ...], "unchecked": [text, ...]}, ...]}
//   All VIM controllers are asked; an id stays when each of them finds room there.
// candidates_with_capacity {"checks": [{"controller", "constraint_name", "constraint_type", "demand",
//                            "request_type": text, "request": object, "candidates": [candidate, ...]}, ...]}
//   -> {"checks": [{"room": [position, ...], "reasons": {POSITION: text}, "unchecked": [text, ...]}, ...]}
//   `controller` is the loaded name. Candidates come without flavors and region_capabilities. A reason may be there for
//   one that has no room.
// In these two the answers are in the order of the checks, and the first check that fails fails the whole call, with a
// text that names controller and constraint (`asker`: of whoever asks, only for that text). `unchecked` says whose
// failure was let pass ([PLUGIN] remote_failure = open): nobody was left out because of it. Nothing is remembered from
// call to call.
// describe          {} -> {"inventory_providers": [name, ...], "service_controllers": [name, ...],
//                          "vim_controllers": [name, ...], "inventory_types": {PROVIDER: [type, ...]}}
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace conductor::model::data_topic {

inline constexpr char topic[] = "data";
inline constexpr char resolve_demands[] = "resolve_demands";
inline constexpr char resolve_locations[] = "resolve_locations";
inline constexpr char regions_with_roles[] = "regions_with_roles";
inline constexpr char roles_of_hosts[] = "roles_of_hosts";
inline constexpr char pairs_of_groups[] = "pairs_of_groups";
inline constexpr char vims_with_capacity[] = "vims_with_capacity";
inline constexpr char candidates_with_capacity[] = "candidates_with_capacity";
inline constexpr char describe[] = "describe";

// Members of a candidate that are large and seldom looked at.
inline constexpr std::array<std::string_view, 2> hardware_fields{"flavors", "region_capabilities"};
constexpr bool is_hardware(std::string_view field) {
  return std::ranges::find(hardware_fields, field) != hardware_fields.end();
}

}  // namespace conductor::model::data_topic
