// Why a candidate was not chosen, or what choosing it would cost (solver specification 21.5).
#pragma once
#include "services/solver/solve.hpp"

namespace conductor::services::solver {

struct WhyNot {
  std::string demand, candidate;  // a name of the plan, a candidate_id
  std::uint64_t seed = 0;
  std::optional<double> move_cost{};
};

// {"violated": [{"constraint", "reason", "text", "value"?, "limit"?}, ...]} when the plan has no solution with it: the
// constraints that the candidate breaks by itself; or else beside the choices of the best solution; or else, in a plan
// without solution, those that leave no choice beside it. What translation dropped is listed with its reason.
// {"cost", "value", "assignment": {demand: candidate_id}} when it has: value of the best solution with it, and by how
// much that is worse than the best of all; "gaps" when more objective data is missing than there; "status": "feasible"
// when the time was over before all was proven.
//
// Several candidates of one id are one here. Blocks until known or until call.deadline. `surroundings.strategy` must
// find optima. Errors: not_found - the plan knows no such demand or candidate, the text says which; invalid - as in
// solve(); timed_out; those of the data service and the strategy.
sdk::Result<json::object> why_not(sdk::Call const& call, std::shared_ptr<json::value const> translated,
                                  WhyNot const& question, Surroundings const& surroundings);

}  // namespace conductor::services::solver
