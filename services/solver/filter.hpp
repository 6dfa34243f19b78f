// Unary constraints: from the pools of a plan to the survivors, with evidence for every candidate that left.
#pragma once
#include "services/solver/constraint.hpp"
#include "services/solver/evidence.hpp"

namespace conductor::services::solver {

struct Filtered {
  std::vector<Rule> rules;  // in the order of the plan's constraints
  Answers answers;
  std::vector<std::vector<std::uint32_t>> survivors;  // per demand, ascending
  std::vector<DemandEvidence> evidence;
  bool empty_demand = false;  // some demand has no survivor
};

// Local tests first, then one batch of questions, then remote tests on what is left. When a demand is empty before
// that, nothing is asked. Errors: those of the data service. Throws InvalidPlan. The result refers to plan and options
// and stays where it is.
sdk::Result<std::unique_ptr<Filtered>> filter(sdk::Call const& call, Plan const& plan, Options const& options,
                                              Remote& remote);

}  // namespace conductor::services::solver
