// The default strategy: exact, with bounds and incumbents on the way. Trees of coupled demands are solved by moving
// costs along their arcs, everything else by branch and bound on costs made tight the same way.
#include "ranking.hpp"

#include "conductor/sdk/sdk.hpp"

namespace conductor::plugins::solver::optimal {
namespace {

class Optimal final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::exact | sdk::anytime;

  static void describe(sdk::Schema& schema) {
    schema
        .integer(
            "row_memory",
            "Memory in MiB that the relations and distances between candidates may take during one search; a search "
            "that needs more ends as at its deadline.")
        .default_to(1024)
        .at_least(1)
        .at_most(1 << 20);
  }
  Optimal(sdk::Host& host, sdk::Settings const& settings)
      : clock_(host.clock()), bytes_of_rows_(static_cast<std::size_t>(settings.integer("row_memory")) << 20U) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_, problem.node_limit());
    Coupling coupling(problem, ticker, bytes_of_rows_);
    auto solved = best_solutions(coupling, progress);
    if (ticker.cancelled()) return sdk::Error{sdk::Errc::cancelled, "the search was cancelled"};
    return solved;
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
  std::size_t bytes_of_rows_;
};

}  // namespace
}  // namespace conductor::plugins::solver::optimal

using conductor::plugins::solver::optimal::Optimal;
CONDUCTOR_PLUGIN(Optimal, "optimal", "1.0.0", "Exact search with bounds; the best found at the deadline");
