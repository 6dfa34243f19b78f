// Complete depth-first search in a fixed order of demands, for the strategies that take the first assignment that fits.
// Forward checking only leaves out branches that hold no assignment, so what is found first does not depend on it. How
// the values of a demand are ordered is the strategy's.
#pragma once
#include "common/cost.hpp"
#include "common/coupling.hpp"

#include <functional>
#include <optional>

namespace conductor::plugins::solver {

class Backtrack {
 public:
  struct Value {
    std::uint32_t candidate = 0;
    Cost increase = 0;  // own cost and pair costs to the demands decided so far
  };
  using Values = std::vector<Value>;
  // Puts the values of a demand, given by ascending candidate, into the order in which they are tried.
  using Order = std::function<void(std::size_t demand, Values& values)>;

  Backtrack(sdk::Problem const& problem, Ticker& ticker, std::vector<std::uint32_t> demand_order, Order order)
      : problem_(problem),
        ticker_(ticker),
        coupling_(problem, ticker),
        demand_order_(std::move(demand_order)),
        order_(std::move(order)),
        assignment_(problem.demands()),
        decided_(problem.demands()),
        domains_(problem.demands()) {}

  // Calls found(assignment, cost) for each allowed assignment in search order until it returns false. True when the
  // whole space was searched.
  bool run(std::function<bool(sdk::Assignment const&, Cost)> const& found) {
    found_ = &found;
    levels_.assign(problem_.demands() + 1, std::vector<Values>(problem_.demands()));
    bits_.clear();
    for (std::size_t d = 0; d < problem_.demands(); ++d) {
      auto const allowed = problem_.allowed(d);
      for (std::uint32_t c = 0; c < problem_.candidates(d); ++c)
        if (sdk::test_bit(allowed, c) && problem_.keys(d)[c].cost != forbidden)
          levels_[0][d].push_back({c, problem_.keys(d)[c].cost});
      if (levels_[0][d].empty()) return true;
      domains_[d] = allowed;
      bits_.emplace_back(allowed.size());
    }
    // The time may have passed in the last branch, which then looks searched.
    return !ticker_.stopped() && decide(0) && !ticker_.stopped();
  }
  std::uint64_t nodes() const { return nodes_; }

 private:
  // False to leave the search.
  bool decide(std::size_t depth) {
    if (depth == demand_order_.size()) {
      auto const cost = cost_of(problem_, assignment_);
      return cost == forbidden || (*found_)(assignment_, cost);
    }
    auto const d = demand_order_[depth];
    auto values = levels_[depth][d];
    order_(d, values);
    decided_[d] = true;
    bool go_on = true;
    for (auto const& value : values) {
      ++nodes_;
      ticker_.count();
      if (ticker_.spent(values.size())) go_on = false;
      if (!go_on) break;
      assignment_[d] = value.candidate;
      if (narrow(depth, d, value.candidate) && terms_allow(d, value.candidate)) go_on = decide(depth + 1);
      if (!go_on) break;
    }
    decided_[d] = false;
    domains_[d] = problem_.allowed(d);
    return go_on;
  }

  // The values left to the undecided demands beside candidate c of d; false when one has none.
  bool narrow(std::size_t depth, std::size_t d, std::uint32_t c) {
    auto& next = levels_[depth + 1];
    for (std::size_t i = depth + 1; i < demand_order_.size(); ++i)
      next[demand_order_[i]] = levels_[depth][demand_order_[i]];
    for (auto const& link : coupling_.links(d)) {
      if (decided_[link.to]) continue;
      auto const* row = link.restricts ? coupling_.row(link, c) : nullptr;
      auto const* costs = link.has_cost ? coupling_.costs(link, c) : nullptr;
      auto& values = next[link.to];
      if (ticker_.spent(values.size())) return false;
      std::erase_if(values, [&](Value& value) {
        if (row && !((row[value.candidate / 64] >> (value.candidate % 64)) & 1U)) return true;
        if (costs) value.increase = plus(value.increase, costs[value.candidate]);
        return value.increase == forbidden;
      });
      if (values.empty()) return false;
    }
    return true;
  }

  bool terms_allow(std::size_t d, std::uint32_t c) {
    if (problem_.terms().empty()) return true;
    std::fill(bits_[d].begin(), bits_[d].end(), 0);
    bits_[d][c / 64] = sdk::Word{1} << (c % 64);
    domains_[d] = bits_[d];
    for (auto const* term : problem_.terms())
      if (term->bound(domains_) == forbidden) return false;
    return true;
  }

  sdk::Problem const& problem_;
  Ticker& ticker_;
  Coupling coupling_;
  std::vector<std::uint32_t> demand_order_;
  Order order_;
  std::function<bool(sdk::Assignment const&, Cost)> const* found_ = nullptr;
  sdk::Assignment assignment_;
  std::vector<bool> decided_;
  std::vector<std::vector<Values>> levels_;   // by depth and demand
  std::vector<std::vector<sdk::Word>> bits_;  // of decided demands
  std::vector<sdk::Bits> domains_;            // what terms see
  std::uint64_t nodes_ = 0;
};

// Runs a search until it has found as many assignments as the problem wants, and words the answer. The assignments
// stand in search order; none is proven best, and each carries the cheap lower bound.
inline sdk::Result<sdk::Solved> first_fitting(Backtrack& search, sdk::Problem const& problem, Ticker const& ticker,
                                              sdk::ProgressSink& progress) {
  sdk::Solved solved;
  auto const bound = cheap_bound(problem);
  if (bound != forbidden) progress.bound(bound);
  auto const wanted = std::max<std::size_t>(problem.solutions_wanted(), 1);
  bool const complete = search.run([&](sdk::Assignment const& assignment, Cost cost) {
    if (solved.solutions.empty()) progress.incumbent(assignment, cost);
    solved.solutions.push_back({assignment, cost, std::min(bound, cost), sdk::Proof::feasible});
    return solved.solutions.size() < wanted;
  });
  if (ticker.cancelled()) return sdk::Error{sdk::Errc::cancelled, "the search was cancelled"};
  solved.nodes = search.nodes();
  if (!solved.solutions.empty())
    solved.proof = sdk::Proof::feasible;
  else
    solved.proof = complete ? sdk::Proof::infeasible : sdk::Proof::unknown;
  return solved;
}

}  // namespace conductor::plugins::solver
