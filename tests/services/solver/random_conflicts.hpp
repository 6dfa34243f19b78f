// Random small plans whose constraints often cannot hold together, and exhaustive enumeration of parts of them with the
// checker as the judge.
#pragma once
#include "fixture.hpp"

#include <random>
#include <set>

namespace conductor::tests::solver {

class RandomConflicts {
 public:
  RandomConflicts(unsigned seed, bool with_objective);
  PlanDocument plan;

 private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  std::string name() { return "d" + std::to_string(pick(0, demands_ - 1)); }
  std::vector<std::string> several();
  json::object candidate();
  json::object member(int depth);
  void add_constraint(std::string const& name);
  std::mt19937 random_;
  int demands_;
};

// What of a plan counts.
struct Part {
  std::set<std::string, std::less<>> constraints, demands;
};

Part whole(json::value const& document);
// Whether some assignment of the part's demands satisfies its constraints, each taken for those of its demands that are
// in the part: a candidate without the data that a constraint on pairs needs cannot be chosen under it.
bool is_feasible(json::value const& document, Part const& part, Options const& options);

}  // namespace conductor::tests::solver
