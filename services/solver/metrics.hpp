// What /metrics says of the solver (solver specification 16): the original's counters, under its names, and how long
// and how well plans are solved. Names as they are exposed, with the suffix of counters.
#pragma once
#include "core/metrics/metrics.hpp"
#include "services/placement/hpa_tally.hpp"
#include "services/solver/solve.hpp"

#include <functional>

namespace conductor::services::solver {

using namespace placement;

// Thread-safe. The registry outlives it.
class SolverMetrics {
 public:
  explicit SolverMetrics(metrics::Registry& registry) : registry_(registry) {}
  // Once per solve of a stored plan. `service_name`: the template's parameter of that name, `N/A` without; asked for
  // only where a label needs it.
  void count(Solution const& solution, double seconds, std::function<std::string()> const& service_name);

 private:
  void count_quality(Solution const& solution, double seconds);
  void count_tests(HpaTally const& tally);
  void count_flavors(Solution const& solution, std::string const& service_name);
  void add(char const* name, char const* help, sdk::Labels labels, double amount = 1);

  metrics::Registry& registry_;
};

}  // namespace conductor::services::solver
