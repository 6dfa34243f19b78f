// Whether a plan could be solved if it had only some of its constraints and demands, or other limits: the question that
// explanations are made of. Nothing is optimised.
#pragma once
#include "core/plugin/registry.hpp"
#include "services/solver/facts.hpp"

namespace conductor::services::solver {

// Which units and demands count.
struct Selection {
  std::vector<bool> units, demands;

  static Selection all(Facts const& facts) {
    return {std::vector<bool>(facts.units().size(), true), std::vector<bool>(facts.plan().demands.size(), true)};
  }
};

// A constraint with other properties than the template gave it.
struct ChangedConstraint {
  json::object properties;
  Constraint constraint;

  static std::shared_ptr<ChangedConstraint const> of(Constraint const& original, json::object properties);
};
using Changes = std::map<std::size_t, std::shared_ptr<ChangedConstraint const>>;  // by rule

// A constraint counts for the demands that are selected: its tests for each of them, its relation for each pair, and a
// restriction on several at once when all of them are. So more units or more demands never make it solvable.
class Feasibility {
 public:
  enum class Answer { feasible, infeasible, undecided };

  // `call` limits all searches together. Strategy and clock outlive it.
  Feasibility(sdk::Call call, std::shared_ptr<Facts const> facts, plugin::Strategy& strategy, sdk::Clock& clock);

  // From now on the demand may choose only among these.
  void pin(std::uint32_t demand, std::vector<std::uint32_t> const& candidates);

  // `undecided`: out of time, or the strategy did not tell. Throws InvalidPlan for changes that make no sense.
  Answer test(Selection const& selection, Changes const& changes = {});

  Facts const& facts() const { return *facts_; }
  // The candidates of a demand that no test of the selected units drops.
  Bitset left(Selection const& selection, std::uint32_t demand, Changes const& changes = {}) const;
  // Demands that some selected rule relates to others.
  std::vector<bool> related(Selection const& selection) const;

 private:
  struct Kept;
  std::shared_ptr<Kept> relations_of(Selection const& selection, Changes const& changes) const;
  Answer search(std::shared_ptr<Kept> kept);

  sdk::Call call_;
  std::shared_ptr<Facts const> facts_;
  plugin::Strategy& strategy_;
  sdk::Clock& clock_;
  std::shared_ptr<Plan const> skeleton_;  // as many demands and candidates, and nothing that could be better or worse
  std::map<std::uint32_t, Bitset> pinned_;
};

bool any_bit(Bitset const& bits);

}  // namespace conductor::services::solver
