// From pools to series; what constraints say is in services/constraints/judge.hpp.
#include "services/solver/checker_objective.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

using constraints::Judge;
using constraints::Opinion;

class Checker {
 public:
  Checker(CheckedPlan const& plan, Choice const& choice)
      : plan_(plan),
        root_(plan.translated.at("conductor_solver").as_object()),
        choice_(choice),
        judge_(plan, root_, choice) {}

  Verdict run() {
    check_pools();
    if (!verdict_.fault.empty()) return verdict_;
    bool const maximize = is_maximized();
    double tolls = 0;
    if (auto const* constraints = root_.if_contains("constraints"); constraints && constraints->is_object())
      for (auto const& [id, constraint] : constraints->get_object()) tolls += check(constraint.as_object());
    if (plan_.move_cost)
      for (auto const& [name, demand] : root_.at("demands").as_object())
        if (has_moved(name, demand.at("candidates").as_array())) tolls += *plan_.move_cost;
    if (counts_moves())
      for (auto const& [name, demand] : root_.at("demands").as_object())
        verdict_.gaps += has_moved(name, demand.at("candidates").as_array()) ? 1 : 0;
    add_objective(plan_, root_, choice_, judge_, verdict_);
    verdict_.value += maximize ? -tolls : tolls;
    return verdict_;
  }

 private:
  void fail(std::string const& what) {
    if (verdict_.fault.empty()) verdict_.fault = what;
  }

  bool is_maximized() const {
    auto const* objective = root_.if_contains("objective");
    return objective && objective->is_object() && text_of(objective->get_object(), "goal").starts_with("max");
  }

  // Leaving a placement weighs as much as missing data: with the option, or when the plan says nothing else about what
  // is better.
  bool counts_moves() const {
    if (text_of(root_, "request_type") != "speed changed") return false;
    if (plan_.options.sticky) return true;
    bool wishes = plan_.move_cost.has_value();
    if (auto const* objective = root_.if_contains("objective")) wishes = wishes || !objective->is_null();
    if (auto const* constraints = root_.if_contains("constraints"); constraints && constraints->is_object())
      for (auto const& [id, constraint] : constraints->get_object())
        wishes = wishes || member(constraint.as_object(), "penalty") || member(constraint.as_object(), "weight");
    return !wishes;
  }

  void check_pools() {
    for (auto const& [name, demand] : root_.at("demands").as_object()) {
      auto const chosen = choice_.find(std::string_view(name));
      if (chosen == choice_.end()) {
        fail("demand '" + std::string(name) + "' has no choice");
        continue;
      }
      bool found = false;
      for (auto const& candidate : demand.at("candidates").as_array())
        found = found || candidate.if_object() == chosen->second;
      if (!found) fail("the choice of demand '" + std::string(name) + "' is none of its candidates");
    }
  }

  static bool stays(json::value const& candidate) {
    auto const* object = candidate.if_object();
    auto const* flag = object ? member(*object, "existing_placement") : nullptr;
    return flag && boolean_in(*flag).value_or(false);
  }

  bool has_moved(std::string_view name, json::array const& pool) const {
    auto const* chosen = choice_.find(name)->second;
    bool moved = false;
    for (auto const& candidate : pool)
      if (stays(candidate)) {
        if (candidate.if_object() == chosen) return false;
        moved = true;
      }
    return moved;
  }

  // What it costs; a hard one that does not hold is a fault.
  double check(json::object const& constraint) {
    auto const* penalty = member(constraint, "penalty");
    auto const* weight = member(constraint, "weight");
    if (!penalty && !weight) {
      if (judge_.holds(constraint) != Opinion::yes)
        fail("constraint '" + text_of(constraint, "name") + "' (" + text_of(constraint, "type") + ") does not hold");
      return 0;
    }
    auto const toll = judge_.toll(constraint);
    if (toll.violations > 0) verdict_.violated.insert(text_of(constraint, "name"));
    if (penalty) return *number_in(*penalty) * toll.violations;
    verdict_.gaps += toll.gaps;
    return *number_in(*weight) * toll.excess;
  }

  CheckedPlan const& plan_;
  json::object const& root_;
  Choice const& choice_;
  Judge judge_;
  Verdict verdict_;
};

bool is_unique(json::object const& candidate) {
  auto const* value = member(candidate, "uniqueness");
  return value && boolean_in(*value).value_or(false);
}

}  // namespace

Verdict check_solution(CheckedPlan const& plan, Choice const& choice) {
  try {
    return Checker(plan, choice).run();
  } catch (std::exception const& error) {
    return {.fault = std::string("the checker cannot read the plan: ") + error.what()};
  }
}

std::string check_series(std::vector<Choice> const& choices) {
  std::set<Choice> seen;
  std::set<std::pair<std::string, json::object const*>> used;
  for (auto const& choice : choices) {
    if (!seen.insert(choice).second) return "two solutions are the same";
    for (auto const& [demand, candidate] : choice)
      if (is_unique(*candidate) && !used.emplace(demand, candidate).second)
        return "demand '" + demand + "' uses the unique candidate '" + text_of(*candidate, "candidate_id") + "' twice";
  }
  return "";
}

}  // namespace conductor::services::solver
