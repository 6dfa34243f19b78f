// With no unique candidate anywhere the strategy is asked for all solutions at once; otherwise for one after the other.
#include "services/solver/series.hpp"

namespace conductor::services::solver {
namespace {

// Remembers the best incumbent, for a strategy that does not come back in time.
class Incumbents final : public sdk::ProgressSink {
 public:
  void incumbent(sdk::Assignment const& assignment, sdk::Cost cost) override {
    std::lock_guard const lock(mutex_);
    if (!best_.assignment.empty() && cost >= best_.cost) return;
    best_.assignment = assignment;
    best_.cost = cost;
  }
  void bound(sdk::Cost cost) override {
    std::lock_guard const lock(mutex_);
    best_.bound = std::max(best_.bound, cost);
  }
  std::optional<sdk::FoundSolution> best() const {
    std::lock_guard const lock(mutex_);
    if (best_.assignment.empty()) return std::nullopt;
    auto found = best_;
    found.bound = std::min(found.bound, found.cost);
    return found;
  }

 private:
  mutable std::mutex mutex_;
  sdk::FoundSolution best_{{}, 0, std::numeric_limits<sdk::Cost>::min(), sdk::Proof::feasible};
};

class SeriesSearch {
 public:
  SeriesSearch(sdk::Call const& call, std::shared_ptr<Dense const> dense, std::size_t wanted, std::uint64_t seed,
               plugin::Strategy& strategy, sdk::Clock& clock, Positions forbidden, std::uint64_t node_limit)
      : call_(call),
        dense_(std::move(dense)),
        wanted_(wanted),
        seed_(seed),
        strategy_(strategy),
        clock_(clock),
        node_limit_(node_limit),
        removed_(std::move(forbidden)) {}

  sdk::Result<Series> run() {
    bool const at_once = !any_unique();
    while (series_.found.size() < wanted_) {
      auto const more = search(at_once ? wanted_ : 1);
      if (!more) return more.error();
      if (!*more || at_once || series_.out_of_nodes) break;
    }
    return std::move(series_);
  }

 private:
  bool any_unique() const {
    for (std::size_t d = 0; d < dense_->demands(); ++d)
      for (auto const c : dense_->numbering(d))
        if (dense_->plan().demands[d].unique[c]) return true;
    return false;
  }

  // False when nothing further was found.
  sdk::Result<bool> search(std::size_t wanted) {
    auto problem = std::make_shared<SearchProblem>(dense_, wanted, seed_, node_limit_ - std::min(nodes_, node_limit_));
    for (auto const& [demand, position] : removed_) problem->forbid(demand, position);
    problem->exclude(excluded_);
    auto sink = std::make_shared<Incumbents>();
    auto const begin = clock_.now();
    auto solved = strategy_.solve(call_, problem, sink);
    auto const elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin).count();
    if (!solved) {
      if (solved.error().code != sdk::Errc::timed_out) return solved.error();
      sdk::Solved rest;
      if (auto best = sink->best()) rest = {sdk::Proof::feasible, {std::move(*best)}, 0};
      solved = std::move(rest);
    }
    if (auto valid = check(*solved, *problem, wanted); !valid) return valid.error();
    nodes_ += solved->nodes;
    series_.out_of_nodes = node_limit_ != 0 && nodes_ >= node_limit_;
    if (series_.found.empty()) series_.proof = solved->solutions.empty() ? solved->proof : sdk::Proof::feasible;
    for (auto const& solution : solved->solutions) keep(solution, solved->nodes, elapsed);
    return !solved->solutions.empty();
  }

  // A plugin's answer is data from outside: indices are checked before they are used.
  static sdk::Result<void> check(sdk::Solved const& solved, sdk::Problem const& problem, std::size_t wanted) {
    auto const wrong = [](std::string const& what) {
      return sdk::Error{sdk::Errc::internal, "the solver strategy answered with " + what};
    };
    if (solved.solutions.size() > wanted) return wrong("more solutions than were wanted");
    bool const claims_solution = solved.proof == sdk::Proof::optimal || solved.proof == sdk::Proof::feasible;
    if (claims_solution == solved.solutions.empty())
      return wrong("the status " + std::string(to_string(solved.proof)) + " and " +
                   std::to_string(solved.solutions.size()) + " solutions");
    for (auto const& solution : solved.solutions) {
      if (solution.assignment.size() != problem.demands()) return wrong("an assignment of the wrong length");
      for (std::size_t d = 0; d < problem.demands(); ++d)
        if (solution.assignment[d] >= problem.candidates(d) ||
            !sdk::test_bit(problem.allowed(d), solution.assignment[d]))
          return wrong("a candidate that is not allowed");
    }
    return {};
  }

  // Of a search that found no proof.
  std::string_view ended_by() const {
    if (series_.out_of_nodes) return "node_limit";
    return clock_.now() >= call_.deadline ? "deadline" : "strategy";
  }

  void keep(sdk::FoundSolution const& solution, std::uint64_t nodes, std::int64_t elapsed) {
    Found found;
    found.cost = solution.cost;
    found.bound = std::min(solution.bound, solution.cost);
    found.proof =
        found.bound == found.cost || solution.proof == sdk::Proof::optimal ? sdk::Proof::optimal : sdk::Proof::feasible;
    if (found.proof == sdk::Proof::optimal)
      found.bound = found.cost;
    else
      found.ended_by = ended_by();
    found.nodes = nodes;
    found.elapsed_ms = elapsed;
    bool removes = false;
    for (std::uint32_t d = 0; d < dense_->demands(); ++d) {
      auto const position = solution.assignment[d];
      found.choice.push_back(dense_->numbering(d)[position]);
      if (!dense_->plan().demands[d].unique[found.choice.back()]) continue;
      removed_.emplace_back(d, position);
      removes = true;
    }
    // An assignment whose unique candidates are gone cannot come back.
    if (!removes) excluded_.push_back(solution.assignment);
    if (series_.found.empty()) series_.proof = found.proof;
    series_.found.push_back(std::move(found));
  }

  sdk::Call const& call_;
  std::shared_ptr<Dense const> dense_;
  std::size_t wanted_;
  std::uint64_t seed_;
  plugin::Strategy& strategy_;
  sdk::Clock& clock_;
  std::uint64_t node_limit_, nodes_ = 0;
  Series series_;
  Positions removed_;
  std::vector<sdk::Assignment> excluded_;
};

}  // namespace

sdk::Result<Series> search_series(sdk::Call const& call, std::shared_ptr<Dense const> dense, std::size_t wanted,
                                  std::uint64_t seed, plugin::Strategy& strategy, sdk::Clock& clock,
                                  Positions forbidden, std::uint64_t node_limit) {
  return SeriesSearch(call, std::move(dense), wanted, seed, strategy, clock, std::move(forbidden), node_limit).run();
}

}  // namespace conductor::services::solver
