// The writes of one stage: claim, finish, hand back, take over, refuse. Each is one conditional update, told to this
// process's own waiters at once. When to do which is decided by the worker.
#pragma once
#include "core/store/plans.hpp"
#include "core/work/lease.hpp"
#include "core/workflow/table.hpp"

#include <string>

namespace conductor::workflow {

// What a reset writes beside status and history; nothing for Reset::nothing.
sdk::Values reset_values(Reset reset);

// Thread-safe.
class Transitions {
 public:
  Transitions(Stage const& stage, store::Plans& plans, work::Lease& lease, sdk::Clock& clock)
      : stage_(stage), plans_(plans), lease_(lease), clock_(clock) {}

  struct Step {
    sdk::Outcome outcome = sdk::Outcome::unavailable;
    std::string text;
    // ok: as written, unless the plan went on to a worker of this process; conflict: what stands there, when its id is
    // not empty
    sdk::Row row;
    std::string status{};  // ok: what the plan came to
    explicit operator bool() const { return outcome == sdk::Outcome::ok; }
  };

  // What a claim for `token` writes.
  store::Relay::Claim claim_values(store::Upcoming const& plan, std::string const& token) const;
  // Takes the plan for `token`: counts an attempt, clears the message. In doubt it reads back who holds the plan.
  Step claim(sdk::Call const& call, sdk::Row const& row, std::string const& token);
  // The end of a claim that is to be written.
  struct Leaving {
    sdk::Values set;
    sdk::Durability durability;
    store::Relay::Baton next;
  };
  // The claim that `held` shows is to end with the exit's status and further columns, which name the documents in
  // `contents`. A worker of this process that takes plans of that status gets it with the same write, and begins now.
  Leaving leave(sdk::Row const& held, Exit const& exit, sdk::Values set, store::Documents contents = {});
  // Ends it. A store that does not answer is asked again, up to `patience`. `documents`: what Plans::put_documents gave
  // for `leaving.set`. `beside`: rows that change together with the plan's, instead of documents.
  Step finish(sdk::Row const& held, Leaving leaving, store::Plans::DocumentPuts const& documents = {},
              std::vector<sdk::Mutation> const& beside = {});
  // Ends the claim without a result. `count_stays`: the attempt was one; else it is taken back, at most three times per
  // plan.
  Step hand_back(sdk::Row const& held, bool count_stays, std::string const& message);
  // Puts the plan of a dead owner back to the claimed state; its count stays.
  Step take_over(sdk::Call const& call, sdk::Row const& row);
  // Ends a plan that nobody holds in `error`.
  Step refuse(sdk::Call const& call, sdk::Row const& row, std::string const& message);
  // Begins a plan that nobody holds from the start.
  Step rehome(sdk::Call const& call, sdk::Row const& row);

  // Where a plan waits for a claim: the claimed state, or the working state without owner when work there must go on.
  bool claimable(sdk::Row const& row) const;

  static constexpr std::chrono::seconds patience{15};

 private:
  sdk::Values with_history(sdk::Row const& row, sdk::Values set, std::string_view owner) const;
  Step write(sdk::Call const& call, sdk::Row const& row, sdk::Values set, std::string_view owner,
             sdk::Expect const& expect, sdk::Durability durability, std::string const& op,
             store::Plans::DocumentPuts const& documents = {}, std::vector<sdk::Mutation> const& beside = {},
             store::Relay::Baton* next = nullptr);
  sdk::Written put(sdk::Call const& call, sdk::Mutation const& update, sdk::Durability durability,
                   std::string const& op, store::Plans::DocumentPuts const& documents,
                   std::vector<sdk::Mutation> const& beside);
  Step insist(sdk::Row const& held, sdk::Values const& set, sdk::Durability durability,
              store::Plans::DocumentPuts const& documents = {}, std::vector<sdk::Mutation> const& beside = {},
              store::Relay::Baton* next = nullptr);
  Step end_unheld(sdk::Call const& call, sdk::Row const& row, sdk::Values set);

  Stage const& stage_;
  store::Plans& plans_;
  work::Lease& lease_;
  sdk::Clock& clock_;
};

}  // namespace conductor::workflow
