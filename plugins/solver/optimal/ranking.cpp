// Enumerating solutions by partition of the space (ranking.hpp).
#include "ranking.hpp"

namespace conductor::plugins::solver::optimal {
namespace {

// A part of the space and the best assignment in it.
struct Space {
  Domains domains;
  Best best;
};

// Whether a stands before b by the full key.
bool before(sdk::Problem const& problem, Best const& a, Best const& b) {
  if (a.cost != b.cost) return a.cost < b.cost;
  for (auto const part : {&sdk::UnaryKey::version, &sdk::UnaryKey::rank}) {
    for (std::size_t d = 0; d < a.assignment.size(); ++d) {
      auto const of_a = problem.keys(d)[a.assignment[d]].*part;
      auto const of_b = problem.keys(d)[b.assignment[d]].*part;
      if (of_a != of_b) return of_a < of_b;
    }
  }
  return false;
}

class Ranking {
 public:
  Ranking(Coupling& coupling, sdk::ProgressSink& progress) : coupling_(coupling), progress_(progress) {}

  sdk::Solved run() {
    auto const& problem = coupling_.problem();
    auto const wanted = std::max<std::size_t>(problem.solutions_wanted(), 1);
    add(all(), &progress_);
    sdk::Solved solved;
    solved.proof = first_proof_;
    while (solved.solutions.size() < wanted && !spaces_.empty()) {
      auto const best = std::min_element(spaces_.begin(), spaces_.end(), [&](Space const& a, Space const& b) {
        return before(problem, a.best, b.best);
      });
      auto const space = std::move(*best);
      spaces_.erase(best);
      auto lowest = std::min(open_, space.best.bound);
      for (auto const& other : spaces_) lowest = std::min(lowest, other.best.bound);
      // Costs never fall from one place to the next, so a bound may not either.
      if (!solved.solutions.empty()) lowest = std::max(lowest, solved.solutions.back().bound);
      auto const proof = lowest >= space.best.cost ? sdk::Proof::optimal : sdk::Proof::feasible;
      solved.solutions.push_back({space.best.assignment, space.best.cost, std::min(lowest, space.best.cost), proof});
      if (solved.solutions.size() < wanted) split(space);
    }
    solved.nodes = nodes_;
    return solved;
  }

 private:
  Domains all() const {
    auto const& problem = coupling_.problem();
    Domains domains(problem.demands());
    for (std::size_t d = 0; d < domains.size(); ++d)
      for (std::uint32_t c = 0; c < problem.candidates(d); ++c)
        if (sdk::test_bit(problem.allowed(d), c)) domains[d].push_back(c);
    return domains;
  }

  void add(Domains domains, sdk::ProgressSink* progress) {
    auto best = solve_within(coupling_, domains, progress);
    nodes_ += best.nodes;
    if (progress) first_proof_ = best.proof;
    if (best.proof == sdk::Proof::unknown) open_ = std::min(open_, best.bound);
    if (best.cost != forbidden) spaces_.push_back({std::move(domains), std::move(best)});
  }

  void split(Space const& space) {
    auto domains = space.domains;
    for (std::size_t d = 0; d < domains.size(); ++d) {
      auto const chosen = space.best.assignment[d];
      auto part = domains;
      std::erase(part[d], chosen);
      // What is not searched any more may hold anything down to the cost of the solution it came from.
      if (coupling_.ticker().stopped())
        open_ = std::min(open_, space.best.bound);
      else if (!part[d].empty())
        add(std::move(part), nullptr);
      domains[d] = {chosen};
    }
  }

  Coupling& coupling_;
  sdk::ProgressSink& progress_;
  std::vector<Space> spaces_;
  sdk::Proof first_proof_ = sdk::Proof::unknown;
  Cost open_ = forbidden;  // bound of the parts that hold no known assignment but may have one
  std::uint64_t nodes_ = 0;
};

}  // namespace

sdk::Solved best_solutions(Coupling& coupling, sdk::ProgressSink& progress) {
  return Ranking(coupling, progress).run();
}

}  // namespace conductor::plugins::solver::optimal
