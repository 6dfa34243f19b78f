#include "services/constraints/types/network/recheck.hpp"

#include "services/placement/network_model.hpp"

#include <cmath>

namespace conductor::services::constraints {
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

struct End {
  std::string name;
  Place place;
};
End end_of(json::object const& candidate) {
  auto const own = text_of(candidate, "location_id");
  return {own.empty() ? text_of(candidate, "physical_location_id") : own, place_of(candidate)};
}

Measured path(Judge const& judge, json::object const& properties, End const& from, End const& to) {
  Reached reached;
  auto const& options = judge.plan().options;
  auto const* model = options.network.get();
  if (model) {
    if (from.name.empty() || to.name.empty()) return {};
    auto const found = from.name == to.name ? std::optional(Reached()) : reach(*model, from.name, to.name);
    if (!found) return plain(Opinion::no);
    reached = *found;
  } else {
    if (!from.place.known || !to.place.known) return {};
    reached.distance = 1.4 * model::distance_km(from.place.at, to.place.at);
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
  look("distance", reached.distance, options.distance_tolerance);
  return {opinion_of(holds), std::isfinite(excess) ? std::optional(excess) : std::nullopt};
}

}  // namespace

Measured recheck_path_from_location(Judge const& judge, json::object const& constraint, Party const& party) {
  auto const& properties = properties_in(constraint);
  auto const name = text_of(properties, "location");
  return path(judge, properties, {name, place_of_location(judge.root(), name)}, end_of(*party.candidate));
}

Measured recheck_path_between(Judge const& judge, json::object const& constraint, Party const& a, Party const& b) {
  return path(judge, properties_in(constraint), end_of(*a.candidate), end_of(*b.candidate));
}

}  // namespace conductor::services::constraints
