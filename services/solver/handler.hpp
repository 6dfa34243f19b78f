// The solver's stage of the workflow: what a claimed plan becomes. Reads documents through the store, asks the data
// service over rpc, leaves the thinking to solve().
#pragma once
#include "core/plugin/registry.hpp"
#include "core/workflow/handler.hpp"
#include "services/solver/metrics.hpp"
#include "services/solver/solve.hpp"
#include "services/solver/strategy_choice.hpp"

#include <chrono>

namespace conductor::services::solver {

struct LockRequest;

struct HandlerOptions {
  Options solve;
  std::string strategy = "optimal";            // [solver] strategy
  std::chrono::milliseconds timeout{480'000};  // [solver] solver_timeout
  std::string owner;                           // of this process, for messages
};

// References, and the registry when there is one, outlive the handler. Thread-safe: several workers share it.
class SolveHandler final : public workflow::Handler {
 public:
  SolveHandler(HandlerOptions options, store::Plans& plans, Remote& remote, plugin::Registry& plugins,
               sdk::Clock& clock, sdk::Log& log, metrics::Registry* metrics = nullptr);
  sdk::Result<workflow::Finish> handle(sdk::Call const& call, store::Plan const& plan) override;
  // What becomes of a translated plan, be it stored or only tried: of `plan` only id, name, limits and counters are
  // looked at. Nothing is stored. `extras`: of the request, may be null.
  sdk::Result<workflow::Finish> decide(sdk::Call const& call, store::Plan const& plan,
                                       std::shared_ptr<boost::json::value const> translated,
                                       boost::json::value const& extras);
  // Why a candidate of a stored plan was not chosen, as solver::why_not() answers. More errors: not_found - no such
  // plan; conflict - the solver has not finished it, or never had a result.
  sdk::Result<boost::json::object> why_not(sdk::Call const& call, std::string const& plan_id, std::string demand,
                                           std::string candidate);

 private:
  // The earliest of the limits, and what to print when it has passed.
  struct Limit {
    sdk::Time deadline;
    double seconds = 0;
    std::uint64_t nodes = 0;  // 0: no limit
  };
  Limit limit_of(sdk::Call const& call, store::Plan const& plan,
                 std::optional<std::chrono::milliseconds> requested) const;
  StrategyChoice choice_for(store::Plan const& plan, boost::json::value const& translated,
                            boost::json::value const& extras) const;
  // `metrics` null: this one is not counted.
  sdk::Result<workflow::Finish> decide(sdk::Call const& call, store::Plan const& plan,
                                       std::shared_ptr<boost::json::value const> translated,
                                       boost::json::value const& extras, SolverMetrics* metrics);
  sdk::Result<workflow::Finish> solve_plan(sdk::Call const& call, store::Plan const& plan,
                                           std::shared_ptr<boost::json::value const> translated,
                                           boost::json::value const& extras, SolverMetrics* metrics);
  std::string service_name(sdk::Call const& call, store::Plan const& plan) const;
  // A solved plan takes the locks of its cloud regions, waits for them, or begins anew.
  // `request`: its time is set here. `solved` is shared with the ends that are asked for when rows have changed.
  sdk::Result<workflow::Finish> with_locks(sdk::Call const& call, LockRequest request,
                                           std::shared_ptr<workflow::Finish const> solved);
  workflow::Finish finish(store::Plan const& plan, Solution solution, Limit const& limit,
                          std::string const& strategy) const;
  std::string not_found_message(store::Plan const& plan, Solution const& solution, Limit const& limit,
                                std::string const& strategy) const;

  HandlerOptions options_;
  store::Plans& plans_;
  Remote& remote_;
  plugin::Registry& plugins_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::optional<SolverMetrics> metrics_;
};

}  // namespace conductor::services::solver
