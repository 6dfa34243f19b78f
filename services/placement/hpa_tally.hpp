// What matching of hardware features comes to in one solve, for metrics.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace conductor::services::placement {

struct HpaTally {
  struct Count {
    std::uint64_t successful = 0, unsuccessful = 0;
    void add(bool success) { ++(success ? successful : unsuccessful); }
  };
  std::map<std::string, Count> regions;  // one for each cloud candidate and VM
  std::map<std::pair<std::string, std::string>, Count>
      flavors;  // region and flavor: one for each flavor that is tested
  // By what names one VM of one demand: whether any region fits.
  std::map<std::string, bool> vms;
};

// A flavor that a recommendation names.
struct RecommendedFlavor {
  std::string demand, label, flavor, region;
};
// The score of a recommended candidate.
struct RecommendedScore {
  std::string demand;
  double score = 0;
};

}  // namespace conductor::services::placement
