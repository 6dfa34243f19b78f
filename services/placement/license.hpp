// Licence pools (solver specification 21.4), from the file that [solver] license_file names.
#pragma once
#include "conductor/sdk/result.hpp"
#include "services/placement/values.hpp"

#include <filesystem>
#include <set>

namespace conductor::services::placement {

struct LicensePool {
  std::string id, key;
  double available = 0;
  std::optional<std::set<std::string>> candidates{};  // ids; none: all
};

// A CSV, JSON or YAML list of {id, key, available, candidates?}; in CSV candidates are separated by blanks. `invalid`
// and `unavailable` as read_table().
sdk::Result<std::vector<LicensePool>> read_license_pools(std::filesystem::path const& file);

}  // namespace conductor::services::placement
