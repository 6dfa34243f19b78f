// The greedy search that the original describes: one pass, in which each demand in decision order takes the candidate
// that makes the objective grow least beside those already chosen. What was chosen is never taken back, so a demand may
// be left without a candidate although the problem has a solution: the answer is then `unknown`. It takes the time of
// one look at each candidate for each demand that touches it, whatever the problem. Terms only rule candidates out, as
// in `fit_first`: what they cost is seen at the end.
#include "common/cost.hpp"
#include "common/coupling.hpp"
#include "common/order.hpp"
#include "conductor/sdk/sdk.hpp"

namespace conductor::plugins::solver::greedy {
namespace {

struct Value {
  Cost increase = 0;  // own cost and pair costs to the demands decided so far
  std::uint32_t rank = 0;
  std::uint32_t candidate = 0;
  auto operator<=>(Value const&) const = default;
};
using Values = std::vector<Value>;

class Pass {
 public:
  Pass(sdk::Problem const& problem, Ticker& ticker)
      : problem_(problem),
        ticker_(ticker),
        coupling_(problem, ticker),
        assignment_(problem.demands()),
        decided_(problem.demands()),
        pools_(problem.demands()),
        bits_(problem.demands()) {
    for (std::size_t d = 0; d < problem.demands(); ++d) {
      domains_.push_back(problem.allowed(d));
      bits_[d].resize(domains_[d].size());
      auto const keys = problem.keys(d);
      for (std::uint32_t c = 0; c < keys.size(); ++c)
        if (sdk::test_bit(domains_[d], c) && keys[c].cost != forbidden)
          pools_[d].push_back({keys[c].cost, keys[c].rank, c});
    }
  }

  // Up to `wanted` assignments and their costs. They differ in the demand that is decided last, which is as far as a
  // search that takes nothing back can vary.
  std::vector<std::pair<sdk::Assignment, Cost>> run(std::size_t wanted) {
    std::vector<std::pair<sdk::Assignment, Cost>> found;
    auto const order = order_of(problem_);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
      if (!decide(order[i])) return found;
    if (order.empty()) {
      add(found);
      return found;
    }
    auto const last = order.back();
    auto& pool = pools_[last];
    std::sort(pool.begin(), pool.end());
    for (auto const& value : pool) {
      if (found.size() == wanted || spent(value)) break;
      if (!terms_allow(last, value.candidate)) continue;
      assignment_[last] = value.candidate;
      add(found);
    }
    return found;
  }
  std::uint64_t nodes() const { return nodes_; }

 private:
  void add(std::vector<std::pair<sdk::Assignment, Cost>>& found) {
    if (auto const cost = cost_of(problem_, assignment_); cost != forbidden) found.emplace_back(assignment_, cost);
  }

  bool spent(Value const& value) {
    ++nodes_;
    ticker_.count();
    std::size_t work = 1;
    for (auto const* term : problem_.terms())
      for (auto const d : term->scope()) work += domains_[d].size();
    return value.increase == forbidden || ticker_.spent(work);
  }

  // False when no candidate is left, or the time is up.
  bool decide(std::uint32_t d) {
    auto& pool = pools_[d];
    if (ticker_.spent(pool.size())) return false;
    std::sort(pool.begin(), pool.end());
    for (auto const& value : pool) {
      if (spent(value)) return false;
      if (!terms_allow(d, value.candidate)) continue;
      assignment_[d] = value.candidate;
      decided_[d] = true;
      return narrow(d, value.candidate);
    }
    return false;
  }

  // Leaves to the undecided demands what may stand beside candidate c of d; false when the time is up.
  bool narrow(std::uint32_t d, std::uint32_t c) {
    for (auto const& link : coupling_.links(d)) {
      if (decided_[link.to]) continue;
      auto const* row = link.restricts ? coupling_.row(link, c) : nullptr;
      auto const* costs = link.has_cost ? coupling_.costs(link, c) : nullptr;
      auto& pool = pools_[link.to];
      if (ticker_.spent(pool.size())) return false;
      std::erase_if(pool, [&](Value& value) {
        if (row && !((row[value.candidate / 64] >> (value.candidate % 64)) & 1U)) return true;
        if (costs) value.increase = plus(value.increase, costs[value.candidate]);
        return value.increase == forbidden;
      });
    }
    return true;
  }

  // With candidate c for d. The domain of d stays that one candidate when it is taken.
  bool terms_allow(std::uint32_t d, std::uint32_t c) {
    std::fill(bits_[d].begin(), bits_[d].end(), 0);
    bits_[d][c / 64] = sdk::Word{1} << (c % 64);
    domains_[d] = bits_[d];
    auto const terms = problem_.terms();
    return std::none_of(terms.begin(), terms.end(),
                        [&](auto const* term) { return term->bound(domains_) == forbidden; });
  }

  sdk::Problem const& problem_;
  Ticker& ticker_;
  Coupling coupling_;
  sdk::Assignment assignment_;
  std::vector<bool> decided_;
  std::vector<Values> pools_;                 // by demand
  std::vector<std::vector<sdk::Word>> bits_;  // of decided demands
  std::vector<sdk::Bits> domains_;            // what terms see
  std::uint64_t nodes_ = 0;
};

class Greedy final : public sdk::SolverStrategy {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent;

  static void describe(sdk::Schema&) {}
  Greedy(sdk::Host& host, sdk::Settings const&) : clock_(host.clock()) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, sdk::Problem const& problem,
                                 sdk::ProgressSink& progress) override {
    Ticker ticker(call, clock_, problem.node_limit());
    sdk::Solved solved;
    auto const bound = cheap_bound(problem);
    if (bound == forbidden && !ticker.cancelled()) {
      solved.proof = sdk::Proof::infeasible;  // a demand without candidates, or a term without a value
      return solved;
    }
    progress.bound(bound);
    Pass pass(problem, ticker);
    auto found = pass.run(std::max<std::size_t>(problem.solutions_wanted(), 1));
    if (ticker.cancelled()) return sdk::Error{sdk::Errc::cancelled, "the search was cancelled"};
    solved.nodes = pass.nodes();
    for (auto& [assignment, cost] : found) {
      if (solved.solutions.empty()) progress.incumbent(assignment, cost);
      solved.solutions.push_back({std::move(assignment), cost, std::min(bound, cost), sdk::Proof::feasible});
    }
    if (!solved.solutions.empty()) solved.proof = sdk::Proof::feasible;
    return solved;
  }

 private:
  sdk::Clock& clock_;  // owned by the host, outlives us
};

}  // namespace
}  // namespace conductor::plugins::solver::greedy

using conductor::plugins::solver::greedy::Greedy;
CONDUCTOR_PLUGIN(Greedy, "greedy", "1.0.0", "One pass, best candidate first, nothing taken back");
