// A strategy as somebody wrote it for SDK 1.0: takes the first allowed candidate of each demand that stands with those
// before it. It reads all that a Problem offers.
#include "conductor/sdk/sdk.hpp"

namespace {

namespace sdk = conductor::sdk;

class Veteran final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::anytime;
  static void describe(sdk::Schema&) {}
  Veteran(sdk::Host& host, sdk::Settings const&) : host_(host) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    sdk::Assignment chosen;
    for (std::uint32_t d = 0; d < problem.demands(); ++d) {
      if (auto over = call.expired(host_.clock())) return *over;
      std::uint32_t c = 0;
      while (c < problem.candidates(d) && !stands(problem, chosen, d, c)) ++c;
      if (c == problem.candidates(d)) return sdk::Solved{.proof = sdk::Proof::unknown, .solutions = {}, .nodes = 0};
      chosen.push_back(c);
    }
    auto const cost = cost_of(problem, chosen);
    progress.bound(0);
    progress.incumbent(chosen, cost);
    sdk::Solved solved{.proof = sdk::Proof::feasible, .solutions = {}, .nodes = problem.demands()};
    solved.solutions.push_back({.assignment = chosen, .cost = cost, .bound = 0, .proof = sdk::Proof::feasible});
    return solved;
  }

 private:
  static bool stands(sdk::Problem const& problem, sdk::Assignment const& chosen, std::uint32_t d, std::uint32_t c) {
    if (!sdk::test_bit(problem.allowed(d), c)) return false;
    for (auto const& pair : problem.pairs())
      if (pair.restricts && pair.second == d && pair.first < chosen.size() &&
          !sdk::test_bit(problem.row(pair.first, chosen[pair.first], d), c))
        return false;
    return true;
  }
  static sdk::Cost cost_of(sdk::Problem const& problem, sdk::Assignment const& chosen) {
    sdk::Cost cost = problem.has_objective() ? 0 : problem.gap_unit();
    for (std::uint32_t d = 0; d < chosen.size(); ++d) cost += problem.keys(d)[chosen[d]].cost;
    for (auto const& pair : problem.pairs())
      if (pair.has_cost) cost += problem.costs(pair.first, chosen[pair.first], pair.second)[chosen[pair.second]];
    for (auto const* term : problem.terms()) cost += term->value(chosen);
    cost += static_cast<sdk::Cost>(problem.seed() * 1000 + problem.solutions_wanted() * 100);
    cost += problem.decision_order()[0] + static_cast<sdk::Cost>(problem.scale());
    return cost;
  }
  sdk::Host& host_;
};

}  // namespace

CONDUCTOR_PLUGIN(Veteran, "veteran", "1.0.0", "Built against SDK 1.0");
