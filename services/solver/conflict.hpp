// Why a plan has no solution (solver specification 21.5): a minimal set of constraints and demands that cannot hold
// together.
#pragma once
#include "services/solver/feasibility.hpp"

namespace conductor::services::solver {

struct Conflict {
  std::vector<std::size_t> units;      // of the facts, ascending
  std::vector<std::uint32_t> demands;  // ascending
  // The plan restricted to the set is infeasible in any case; false: perhaps a part of it is, too, but the time was
  // over before that was known.
  bool minimal = true;
};

// Of a plan that is known to be infeasible. Without time the set is everything.
Conflict find_conflict(Feasibility& feasibility);

// What the search for an explanation is given. All of it outlives the call.
struct Explaining {
  Options const& options;
  Remote& remote;
  plugin::Strategy& strategy;  // one that proves infeasibility
  sdk::Clock& clock;
  sdk::Log& log;
  bool proven = true;  // by that strategy; else the conflict is looked for only after it has agreed
};

// The member `conflict` of the explanation of an infeasible plan, with relaxations; also one line in the log. Blocks
// until found or until call.deadline, then with "minimal": false. Nothing when the data service does not answer, or
// when the plan turns out to be feasible or to lack more than candidates: the log says so.
std::optional<json::object> explain_conflict(sdk::Call const& call, std::shared_ptr<Plan const> plan,
                                             Explaining const& explaining);

}  // namespace conductor::services::solver
