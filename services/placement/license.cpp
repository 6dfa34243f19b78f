#include "services/placement/license.hpp"

#include "services/placement/table_file.hpp"

#include <sstream>

namespace conductor::services::placement {

sdk::Result<std::vector<LicensePool>> read_license_pools(std::filesystem::path const& file) {
  auto const rows = read_table(file);
  if (!rows) return rows.error();
  std::vector<LicensePool> pools;
  for (auto const& [values, where] : *rows) {
    auto const* available = member(values, "available");
    double const number = available ? number_in(*available).value_or(-1.0) : -1.0;
    LicensePool pool{text_of(values, "id"), text_of(values, "key"), number, std::nullopt};
    if (pool.id.empty() || pool.key.empty() || number < 0)
      return sdk::Error{sdk::Errc::invalid,
                        file.string() + ", " + where + ": a pool needs id, key and a number 'available' of 0 or more"};
    if (auto const* listed = member(values, "candidates")) {
      auto& ids = pool.candidates.emplace();
      if (listed->is_array()) {
        for (auto const& each : listed->get_array()) ids.insert(text_in(each).value_or(""));
      } else {
        std::istringstream words(text_in(*listed).value_or(""));
        for (std::string word; words >> word;) ids.insert(word);
      }
    }
    pools.push_back(std::move(pool));
  }
  return pools;
}

}  // namespace conductor::services::placement
