// Unary constraints: from the pools of a plan to the survivors, with evidence for every candidate that left.
#pragma once
#include "services/placement/rule.hpp"
#include "services/solver/evidence.hpp"
#include "services/solver/latency.hpp"

#include <deque>

namespace conductor::services::solver {

using namespace placement;

struct Filtered {
  std::vector<Rule> rules;  // in the order of the plan's constraints, then those of the objective
  Answers answers;
  Annotations annotations;
  SiteSieves sieves;
  LatencyRules latency;
  std::vector<std::vector<std::uint32_t>> survivors;  // per demand, ascending
  std::vector<DemandEvidence> evidence;
  bool empty_demand = false;            // some demand has no survivor, or the plan cannot be solved for `message`
  std::string message;                  // for people, when there is more to say than that nothing was found
  std::vector<std::string> warnings;    // for the log
  std::vector<std::string> notes;       // for whoever reads the answer: what was not checked
  std::deque<Constraint> of_objective;  // what latency operands demand, as constraints of type latency_between
};

// Local tests first, then one batch of questions, then remote tests on what is left, then late ones, a batch per rank.
// Soft constraints remove nobody. Once a demand is empty nothing more is asked. Errors: those of the data service.
// Throws InvalidPlan. The result refers to plan and options and stays where it is.
sdk::Result<std::unique_ptr<Filtered>> filter(sdk::Call const& call, Plan const& plan, Options const& options,
                                              Remote& remote);

// The rules alone, with the answers about all candidates: nobody is dropped, whatever stage a test belongs to.
// Otherwise as filter().
sdk::Result<std::unique_ptr<Filtered>> prepare_rules(sdk::Call const& call, Plan const& plan, Options const& options,
                                                     Remote& remote);

}  // namespace conductor::services::solver
