// Dijkstra over (latency, distance, bandwidth): each part of a label gets worse along a path in the same way whatever
// came before, so the best label of an end is final when it is taken.
#include "services/placement/network_model.hpp"

#include <queue>

namespace conductor::services::placement {
namespace {

struct Label {
  NetworkPath path;
  std::string const* end = nullptr;
};

bool better(NetworkPath const& a, NetworkPath const& b) {
  if (a.latency_ms != b.latency_ms) return a.latency_ms < b.latency_ms;
  if (a.distance_km != b.distance_km) return a.distance_km < b.distance_km;
  return a.bandwidth_mbps > b.bandwidth_mbps;
}

NetworkPath extended(NetworkPath const& path, NetworkPath const& link) {
  return {path.latency_ms + link.latency_ms, path.distance_km + link.distance_km,
          std::min(path.bandwidth_mbps, link.bandwidth_mbps)};
}

}  // namespace

NetworkModel::NetworkModel(std::vector<Link> links) : links_(std::move(links)) {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    leaving_[links_[i].from].emplace_back(i, false);
    if (!links_[i].directed) leaving_[links_[i].to].emplace_back(i, true);
  }
}

std::unordered_map<std::string, NetworkPath> NetworkModel::paths_from(std::string const& end) const {
  auto const worse = [](Label const& a, Label const& b) { return better(b.path, a.path); };
  std::priority_queue<Label, std::vector<Label>, decltype(worse)> open(worse);
  std::unordered_map<std::string, NetworkPath> found;
  open.push({{}, &end});
  while (!open.empty()) {
    auto const [path, here] = open.top();
    open.pop();
    if (!found.emplace(*here, path).second) continue;
    auto const links = leaving_.find(*here);
    if (links == leaving_.end()) continue;
    for (auto const& [index, turned] : links->second) {
      auto const& next = turned ? links_[index].from : links_[index].to;
      if (!found.contains(next)) open.push({extended(path, links_[index].path), &next});
    }
  }
  return found;
}

NetworkPath estimated_path(double great_circle_km) {
  constexpr double detour = 1.4, km_per_ms = 200;
  auto const distance = detour * great_circle_km;
  return {.latency_ms = 2 * distance / km_per_ms, .distance_km = distance};
}

}  // namespace conductor::services::placement
