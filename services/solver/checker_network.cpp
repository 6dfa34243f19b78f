// The checker's reading of network, licence and capability constraints (solver specification 21.4): paths by relaxing
// all links until nothing changes.
#include "core/text/reader.hpp"
#include "services/solver/checker_parts.hpp"
#include "services/solver/license.hpp"
#include "services/solver/network_model.hpp"

#include <cmath>

namespace conductor::services::solver::checking {
namespace {

struct Reached {
  double latency = 0, distance = 0, bandwidth = std::numeric_limits<double>::infinity();
  bool operator<(Reached const& other) const {
    return std::tuple(latency, distance, -bandwidth) < std::tuple(other.latency, other.distance, -other.bandwidth);
  }
};

std::optional<Reached> reach(NetworkModel const& model, std::string const& from, std::string const& to) {
  std::map<std::string, Reached> best{{from, {}}};
  auto const relax = [&](std::string const& a, std::string const& b, NetworkPath const& link) {
    auto const known = best.find(a);
    if (known == best.end()) return false;
    Reached const next{known->second.latency + link.latency_ms, known->second.distance + link.distance_km,
                       std::min(known->second.bandwidth, link.bandwidth_mbps)};
    auto const [place, is_new] = best.emplace(b, next);
    if (is_new || !(next < place->second)) return is_new;
    place->second = next;
    return true;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto const& link : model.links()) {
      changed |= relax(link.from, link.to, link.path);
      if (!link.directed) changed |= relax(link.to, link.from, link.path);
    }
  }
  auto const found = best.find(to);
  return found == best.end() ? std::nullopt : std::optional(found->second);
}

std::string name_of_end(json::object const& candidate) {
  auto const own = text_of(candidate, "location_id");
  return own.empty() ? text_of(candidate, "physical_location_id") : own;
}

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

Judge::Measured Judge::path(json::object const& properties, std::string const& from, std::string const& to,
                            Place const& place_from, Place const& place_to) const {
  Reached reached;
  auto const* model = plan_.options.network.get();
  if (model) {
    if (from.empty() || to.empty()) return {};
    auto const found = from == to ? std::optional(Reached()) : reach(*model, from, to);
    if (!found) return plain(Opinion::no);
    reached = *found;
  } else {
    if (!place_from.known || !place_to.known) return {};
    reached.distance = 1.4 * model::distance_km(place_from.at, place_to.at);
    reached.latency = reached.distance * 2 / 200;
  }
  bool holds = true;
  double excess = 0;
  auto const look = [&](char const* name, double seen, double tolerance) {
    auto const* threshold = member(properties, name);
    if (!threshold) return;
    if (within(threshold->as_object(), seen, tolerance)) return;
    holds = false;
    excess += beyond(threshold->as_object(), seen);
  };
  look("latency", reached.latency, 1e-6);
  look("bandwidth", reached.bandwidth, 1e-6);
  look("distance", reached.distance, plan_.options.distance_tolerance);
  return {holds ? Opinion::yes : Opinion::no, std::isfinite(excess) ? std::optional(excess) : std::nullopt};
}

Judge::Measured Judge::path_from_location(json::object const& properties, Party const& party) const {
  auto const name = text_of(properties, "location");
  return path(properties, name, name_of_end(*party.candidate), place_of_location(root_, name),
              place_of(*party.candidate));
}

Judge::Measured Judge::path_between(json::object const& properties, Party const& a, Party const& b) const {
  return path(properties, name_of_end(*a.candidate), name_of_end(*b.candidate), place_of(*a.candidate),
              place_of(*b.candidate));
}

Opinion Judge::licensed(json::object const& properties, Party const& party) const {
  std::set<std::string> demands;
  for (auto const& [id, constraint] : root_.at("constraints").as_object()) {
    auto const& entry = constraint.as_object();
    if (text_of(entry, "type") != "license") continue;
    auto const& other = entry.at("properties").as_object();
    if (text_of(other, "id") != text_of(properties, "id") || text_of(other, "key") != text_of(properties, "key"))
      continue;
    for (auto const& each : parties(entry)) demands.insert(each.demand);
  }
  if (!plan_.options.licenses) return Opinion::unknown;
  for (auto const& pool : *plan_.options.licenses) {
    bool const is_it = pool.id == text_of(properties, "id") && pool.key == text_of(properties, "key");
    bool const listed = !pool.candidates || pool.candidates->contains(text_of(*party.candidate, "candidate_id"));
    if (is_it && listed && !(pool.available < static_cast<double>(demands.size()))) return Opinion::yes;
  }
  return Opinion::no;
}

Opinion Judge::capable(json::object const& properties, Party const& party) {
  if (text_of(*party.candidate, "inventory_type") != "cloud") return Opinion::no;
  auto const heat = to_json(text::read_json_or_yaml(text_of(properties, "template")).root);
  auto const environment = to_json(text::read_json_or_yaml(text_of(properties, "environment")).root);
  std::set<std::string> wanted;
  collect_flavors(heat.at("resources"), heat, environment, wanted);
  for (auto const& name : wanted) {
    bool found = false;
    auto const* flavors = member(*party.candidate, "flavors");
    if (flavors && flavors->is_object()) flavors = member(flavors->get_object(), "flavor");
    if (!flavors || !flavors->is_array()) return Opinion::no;
    for (auto const& each : flavors->get_array()) {
      auto const* disabled = member(each.as_object(), "flavor-disabled");
      bool const enabled = !disabled || !boolean_in(*disabled).value_or(false);
      found = found || (enabled && text_of(each.as_object(), "flavor-name") == name);
    }
    if (!found) return Opinion::no;
  }
  return Opinion::yes;
}

}  // namespace conductor::services::solver::checking
