// The constraints of one plan, checked once more for one choice (recheck.hpp).
#pragma once
#include "services/constraints/recheck.hpp"
#include "services/placement/remote.hpp"

#include <map>

namespace conductor::services::constraints {

using Choice = std::map<std::string, json::object const*, std::less<>>;  // demand -> candidate

struct CheckedPlan {
  json::value const& translated;
  Answers const& answers;
  Options const& options;
  std::optional<double> move_cost{};
};

// What a soft constraint comes to.
struct Toll {
  std::uint32_t violations = 0, gaps = 0;
  double excess = 0;
};

class Judge {
 public:
  // All of it outlives the judge. `root`: "conductor_solver" of the translated document.
  Judge(CheckedPlan const& plan, json::object const& root, Choice const& choice);
  CheckedPlan const& plan() const { return plan_; }
  json::object const& root() const { return root_; }

  Opinion holds(json::object const& constraint) const;
  Toll toll(json::object const& constraint) const;
  // The demands of a constraint, each once.
  std::vector<Party> parties(json::object const& constraint) const;
  // Sum of the scores that constraints give the choice; nothing when none looked at it.
  std::optional<double> hpa_score(std::string const& demand) const;

 private:
  Opinion group(json::object const& constraint) const;

  CheckedPlan const& plan_;
  json::object const& root_;
  Choice const& choice_;
};

}  // namespace conductor::services::constraints
