// The best-first search that the original describes, made exact: its partial values become lower bounds of all
// completions, so the first complete assignment whose value no other bound undercuts is the optimum, and its memory is
// bounded. `optimal` has better bounds and is faster on all but small problems.
#include "solve.hpp"

#include "conductor/sdk/sdk.hpp"

namespace conductor::plugins::solver::best_first {
namespace {

class BestFirst final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::exact | sdk::anytime;

  static void describe(sdk::Schema& schema) {
    schema
        .integer("memory",
                 "Memory in MiB that unfinished paths may take during one search; beyond, the search goes on depth "
                 "first.")
        .default_to(256)
        .at_least(1)
        .at_most(1 << 20);
    schema
        .integer("row_memory",
                 "Memory in MiB that the relations and distances between candidates may take during one search; a "
                 "search that needs more ends as at its deadline.")
        .default_to(1024)
        .at_least(1)
        .at_most(1 << 20);
  }
  BestFirst(sdk::Host& host, sdk::Settings const& settings)
      : clock_(host.clock()),
        bytes_(static_cast<std::size_t>(settings.integer("memory")) << 20U),
        bytes_of_rows_(static_cast<std::size_t>(settings.integer("row_memory")) << 20U) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_, problem.node_limit());
    Coupling coupling(problem, ticker, bytes_of_rows_);
    auto solved = best_solutions(coupling, call, clock_, bytes_, progress);
    if (ticker.cancelled()) return sdk::Error{sdk::Errc::cancelled, "the search was cancelled"};
    return solved;
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
  std::size_t bytes_, bytes_of_rows_;
};

}  // namespace
}  // namespace conductor::plugins::solver::best_first

using conductor::plugins::solver::best_first::BestFirst;
CONDUCTOR_PLUGIN(BestFirst, "best_first", "1.0.0", "Exact best-first search in bounded memory");
