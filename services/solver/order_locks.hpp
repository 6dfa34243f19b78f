// The order locks that a solved plan takes before its cloud regions are brought up (solver specification 14). A plan
// whose regions another order brings up just now waits; the release of that order (controller role) sends it back.
#pragma once
#include "core/model/order_locks.hpp"

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::solver {

// Conflict id -> service resource id.
using Conflicts = std::map<std::string, std::string>;

// Of the cloud regions that a recommendation (demand -> choice) names, each id once. Empty when there is nothing to
// lock: no cloud region, or one of them without a conflict id.
Conflicts conflicts_of(boost::json::object const& recommendation);

struct LockRequest {
  std::string plan_id;
  std::int64_t translation_begin_ms = 0;  // what the plan knows of inventory is as old as that
  std::int64_t now_ms = 0;
  Conflicts conflicts;
};

struct LockDecision {
  // solved - all locks are ours once the writes are done; waiting spinup - the writes park the plan; template - the
  // inventory is older than a spin-up that is complete, nothing is written.
  std::string_view status;
  std::vector<sdk::Mutation> writes;  // each conditional on the row as it was read
};

// `rows`: those of the request's conflict ids that the store has.
LockDecision decide_locks(LockRequest const& request, std::vector<sdk::Row> const& rows);

// The same with the rows that the store has now. Blocks until the call's deadline.
sdk::Result<LockDecision> decide_locks(sdk::Call const& call, sdk::Store& store, LockRequest const& request);

}  // namespace conductor::services::solver
