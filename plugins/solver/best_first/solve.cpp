// The order of the searches (solve.hpp).
#include "solve.hpp"

#include "common/backtrack.hpp"
#include "common/order.hpp"

namespace conductor::plugins::solver::best_first {
namespace {

class Solve {
 public:
  Solve(Coupling& coupling, sdk::Call const& call, sdk::Clock const& clock, std::size_t bytes,
        sdk::ProgressSink& progress)
      : problem_(coupling.problem()),
        ticker_(coupling.ticker()),
        call_(call),
        clock_(clock),
        progress_(progress),
        space_(coupling, order_of(problem_)),
        search_(coupling, space_, bytes) {
    for (std::size_t d = 0; d < problem_.demands(); ++d) {
      domains_.emplace_back();
      for (std::uint32_t c = 0; c < problem_.candidates(d); ++c)
        if (sdk::test_bit(problem_.allowed(d), c) && problem_.keys(d)[c].cost != forbidden) domains_[d].push_back(c);
    }
  }

  sdk::Solved run() {
    if (problem_.demands() == 0) return empty();
    auto const wanted = std::max<std::size_t>(problem_.solutions_wanted(), 1);
    while (solved_.solutions.size() < wanted && find_next())
      search_.excluded.push_back(solved_.solutions.back().assignment);
    solved_.nodes += search_.nodes();
    return std::move(solved_);
  }

 private:
  static constexpr std::size_t nodes_of_first_pass = 10'000;

  // A problem without demands has one assignment.
  sdk::Solved empty() {
    auto const cost = cost_of(problem_, {});
    if (cost == forbidden) return {sdk::Proof::infeasible, {}, 1};
    progress_.incumbent({}, cost);
    return {sdk::Proof::optimal, {{{}, cost, cost, sdk::Proof::optimal}}, 1};
  }

  // False when there is no further solution, or the one found is not proven to be the next by the whole key.
  bool find_next() {
    bool const first = solved_.solutions.empty();
    best_.clear();
    cost_ = forbidden;
    if (first) first_pass();
    search_.on_bound = [&, last = std::numeric_limits<Cost>::min()](Cost bound) mutable {
      if (first && bound > last) progress_.bound(last = bound);
    };
    search_.on_incumbent = [&](sdk::Assignment const& assignment, Cost cost) {
      if (first) progress_.incumbent(assignment, cost);
    };
    auto const end = search_.run(domains_, {.below = cost_});
    auto bound = search_.bound();
    if (!search_.best().empty()) {
      best_ = search_.best();
      cost_ = search_.best_cost();
    }
    if (end == Search::End::complete && !best_.empty()) search_.on_bound(cost_);
    search_.on_bound = nullptr;
    search_.on_incumbent = nullptr;
    // Costs never fall from one place to the next, so a bound may not either.
    if (!first && !best_.empty()) bound = std::max(bound, solved_.solutions.back().bound);
    // What is proven is the cost, as in `optimal`: when the time is up among equals, any of them is.
    bool const proven = !best_.empty() && bound >= cost_;
    bool const settled = proven && break_ties();
    if (first) solved_.proof = proof(proven, end);
    if (best_.empty()) return false;
    solved_.solutions.push_back(
        {best_, cost_, std::min(bound, cost_), proven ? sdk::Proof::optimal : sdk::Proof::feasible});
    return settled;
  }

  sdk::Proof proof(bool proven, Search::End end) const {
    if (!best_.empty()) return proven ? sdk::Proof::optimal : sdk::Proof::feasible;
    return end == Search::End::complete ? sdk::Proof::infeasible : sdk::Proof::unknown;
  }

  // What fit_first would take, when it is quick: paths that are no better need not be kept.
  void first_pass() {
    Ticker own(call_, clock_, ticker_.nodes_left());
    std::size_t asked = 0;
    Backtrack pass(problem_, own, order_of(problem_), [&](std::size_t, Backtrack::Values& values) {
      if (++asked > nodes_of_first_pass) own.stop();
      std::sort(values.begin(), values.end(), [](auto const& a, auto const& b) {
        return a.increase != b.increase ? a.increase < b.increase : a.candidate < b.candidate;
      });
    });
    pass.run([&](sdk::Assignment const& assignment, Cost cost) {
      best_ = assignment;
      cost_ = cost;
      return false;
    });
    solved_.nodes += pass.nodes();
    ticker_.count(pass.nodes());
    if (!best_.empty()) progress_.incumbent(best_, cost_);
  }

  // Among the assignments of the same cost the first by versions, then by ranks. False when the time is up.
  bool break_ties() {
    auto const all = domains_;
    bool const done = settle([&](std::size_t d, std::uint32_t c) { return problem_.keys(d)[c].version; }) &&
                      settle([&](std::size_t d, std::uint32_t c) { return problem_.keys(d)[c].rank; });
    domains_ = all;
    return done;
  }

  // The candidates of a demand that a bound does not rule out for an assignment of the best cost; none when the time is
  // up. Saves a search for each of the others.
  std::vector<std::uint32_t> within_cost(std::size_t d) {
    auto candidates = domains_[d];
    space_.reset(domains_);
    auto const root = space_.bound();
    if (ticker_.stopped()) return {};
    Cost least = forbidden;
    for (auto const c : candidates) least = std::min(least, problem_.keys(d)[c].cost);
    auto const rest = minus(root, least);
    std::erase_if(candidates, [&](auto c) { return plus(rest, problem_.keys(d)[c].cost) > cost_; });
    return candidates;
  }

  // Fixes for each demand in turn the least mark with which the cost can be reached.
  template <class Mark>
  bool settle(Mark const& mark) {
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      auto const candidates = within_cost(d);
      if (candidates.empty()) return false;
      std::vector<std::uint32_t> marks;
      for (auto const c : candidates)
        if (mark(d, c) < mark(d, best_[d])) marks.push_back(mark(d, c));
      std::sort(marks.begin(), marks.end());
      marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
      marks.push_back(mark(d, best_[d]));
      for (auto const least : marks) {
        domains_[d].clear();
        for (auto const c : candidates)
          if (mark(d, c) == least) domains_[d].push_back(c);
        if (least == marks.back()) break;  // best_ has it
        auto const end = search_.run(domains_, {.below = plus(cost_, 1), .first_only = true});
        if (end == Search::End::stopped) return false;
        if (end == Search::End::complete) continue;
        best_ = search_.best();
        break;
      }
    }
    return true;
  }

  sdk::Problem const& problem_;
  Ticker& ticker_;
  sdk::Call const& call_;
  sdk::Clock const& clock_;
  sdk::ProgressSink& progress_;
  Space space_;
  Search search_;
  Domains domains_;
  sdk::Solved solved_;
  sdk::Assignment best_;  // of the solution that is looked for
  Cost cost_ = forbidden;
};

}  // namespace

sdk::Solved best_solutions(Coupling& coupling, sdk::Call const& call, sdk::Clock const& clock, std::size_t bytes,
                           sdk::ProgressSink& progress) {
  return Solve(coupling, call, clock, bytes, progress).run();
}

}  // namespace conductor::plugins::solver::best_first
