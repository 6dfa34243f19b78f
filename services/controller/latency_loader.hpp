// Loads latency rules (API specification 12): each load replaces a whole table with a new generation, which readers see
// at once or not at all. The form of the rows is core/model/latency_rules.hpp's.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/store.hpp"

#include <boost/json.hpp>

namespace conductor::services::controller {

// Thread-safe. All outlive it. Both loads block; `invalid`: the explanation of a 400, with the path of the bad item,
// and nothing is changed. A later item with the same key wins.
class LatencyLoader {
 public:
  LatencyLoader(sdk::Store& store, sdk::Clock& clock, sdk::Log& log) : store_(store), clock_(clock), log_(log) {}

  // [{"group": NAME, "countries": "SWE,NOR"}, ...] into region_placeholders.
  sdk::Result<void> load_placeholders(sdk::Call const& call, boost::json::value const& rules);
  // [{"country_name": CODE or "*", "groups": "SWE|NORDIC|*"}, ...] into country_latency. Placeholders must be loaded
  // before rules that name them.
  sdk::Result<void> load_countries(sdk::Call const& call, boost::json::value const& rules);

 private:
  using Rows = std::map<std::string, sdk::Values>;  // by name
  sdk::Result<void> replace(sdk::Call const& call, std::string_view table, Rows const& rows);
  sdk::Result<void> write(sdk::Call const& call, std::string_view table, std::string const& generation,
                          Rows const& rows);
  // conflict: another load was faster.
  sdk::Written switch_to(sdk::Call const& call, std::string_view table, std::string const& generation,
                         std::optional<sdk::Version> const& before);
  // Removes the rows of `old` and those that loads which never ended left behind. What fails is left to the next load.
  void sweep(sdk::Call const& call, std::string_view table, std::string const& old, std::string const& current);

  sdk::Store& store_;
  sdk::Clock& clock_;
  sdk::Log& log_;
};

}  // namespace conductor::services::controller
