// The default strategy: exact, with bounds and incumbents on the way. Trees of coupled demands are solved by moving
// costs along their arcs, everything else by branch and bound on costs made tight the same way.
#include "ranking.hpp"

#include "conductor/sdk/sdk.hpp"

namespace conductor::plugins::solver::optimal {
namespace {

class Optimal final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::exact | sdk::anytime;

  static void describe(sdk::Schema&) {}
  Optimal(sdk::Host& host, sdk::Settings const&) : clock_(host.clock()) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_);
    Coupling coupling(problem, ticker);
    auto solved = best_solutions(coupling, progress);
    if (ticker.cancelled()) return sdk::Error{sdk::Errc::cancelled, "the search was cancelled"};
    return solved;
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
};

}  // namespace
}  // namespace conductor::plugins::solver::optimal

using conductor::plugins::solver::optimal::Optimal;
CONDUCTOR_PLUGIN(Optimal, "optimal", "1.0.0", "Exact search with bounds; the best found at the deadline");
