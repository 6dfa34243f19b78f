// The strategy of the original: each demand in decision order takes the candidate that makes the objective grow least
// beside those already chosen; the first complete assignment is the answer. Unlike the original it backtracks through
// all demands. No attempt at improvement: `optimal` is for that.
#include "common/backtrack.hpp"
#include "common/order.hpp"
#include "conductor/sdk/sdk.hpp"

namespace conductor::plugins::solver::fit_first {
namespace {

class FitFirst final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent;

  static void describe(sdk::Schema&) {}
  FitFirst(sdk::Host& host, sdk::Settings const&) : clock_(host.clock()) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_, problem.node_limit());
    Backtrack search(problem, ticker, order_of(problem), [&](std::size_t demand, Backtrack::Values& values) {
      auto const keys = problem.keys(demand);
      std::sort(values.begin(), values.end(), [&](auto const& a, auto const& b) {
        if (a.increase != b.increase) return a.increase < b.increase;
        if (keys[a.candidate].rank != keys[b.candidate].rank) return keys[a.candidate].rank < keys[b.candidate].rank;
        return a.candidate < b.candidate;
      });
    });
    return first_fitting(search, problem, ticker, progress);
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
};

}  // namespace
}  // namespace conductor::plugins::solver::fit_first

using conductor::plugins::solver::fit_first::FitFirst;
CONDUCTOR_PLUGIN(FitFirst, "fit_first", "1.0.0", "First assignment that fits, as the original searches");
