// The network between sites (solver specification 21.4): links from a file, and the path of least latency between two
// ends; without a file, estimates from great-circle distance.
#pragma once
#include "conductor/sdk/result.hpp"
#include "services/placement/model.hpp"

#include <filesystem>
#include <limits>

namespace conductor::services::placement {

struct NetworkPath {
  double latency_ms = 0;  // round trip
  double distance_km = 0;
  double bandwidth_mbps = std::numeric_limits<double>::infinity();  // within one end: unlimited
};

// Immutable; thread-safe.
class NetworkModel {
 public:
  struct Link {
    std::string from, to;
    NetworkPath path;
    bool directed = false;
  };
  explicit NetworkModel(std::vector<Link> links);

  // CSV (name ends in .csv) with the header from,to,latency_ms,bandwidth_mbps,distance_km and optionally directed, or a
  // JSON or YAML list of objects with these members. `invalid`: what is wrong, with the place in the file;
  // `unavailable`: the file cannot be read.
  static sdk::Result<NetworkModel> from_file(std::filesystem::path const& file);

  // From this end to all others, by name; those without a path are left out. Of equally fast paths the shorter one,
  // then the wider one.
  std::unordered_map<std::string, NetworkPath> paths_from(std::string const& end) const;

  std::vector<Link> const& links() const { return links_; }

 private:
  std::vector<Link> links_;
  std::unordered_map<std::string, std::vector<std::pair<std::size_t, bool>>> leaving_;  // link and whether it is turned
};

// 1.4 times the great circle; there and back at 200 km per millisecond.
NetworkPath estimated_path(double great_circle_km);

}  // namespace conductor::services::placement
