// What a role of the plan workflow supplies: a handler from a claimed plan to its next state. The worker (worker.hpp)
// does the rest: claim, lease, attempts, documents, commit, recovery.
#pragma once
#include "core/store/plans.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace conductor::workflow {

// How a handler ends a plan's stage. `status` is one that the table (table.hpp) allows for the stage. Documents are
// stored first, then status, columns and document references in one conditional update.
struct Finish {
  std::string status;
  std::string message{};                                  // empty clears it
  sdk::Values set{};                                      // further columns
  std::map<std::string, boost::json::value> documents{};  // document column -> content
  // Rows of other tables that change together with the plan's: all or none, where the store can; else they come before
  // the plan, in this order.
  std::vector<sdk::Mutation> beside{};
  // Asked for another end when one of them had been changed by others. Without it the plan is handed back then.
  std::function<sdk::Result<Finish>(sdk::Call const& call)> again{};
};

// Called on a worker thread; several plans at once when the role has several workers. `call` has the plan's ids, a
// deadline and a stop token that fires when the plan was deleted, the lease was lost, the stage's watchdog ran out or
// the process drains. Errors: unavailable, timed_out - tried again, counts as an attempt. cancelled - the plan is
// handed back (or was deleted). Anything else - the plan ends in `error` with the text.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual sdk::Result<Finish> handle(sdk::Call const& call, store::Plan const& plan) = 0;
};

}  // namespace conductor::workflow
