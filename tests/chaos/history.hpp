// Judges the histories of plans after a run in which processes died, stood still or lost their network. What is judged
// is what the store itself has: each row's column `history`, which grows in the same conditional write as the status.
//
// The rules stand here once more, by themselves, and not by way of the table that the workers follow.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace conductor::chaos {

struct Entry {
  std::int64_t seq = 0;
  std::string status, owner;  // owner: empty when nobody holds the plan
  std::int64_t fencing = 0;
};

struct PlanHistory {
  std::string plan, status;  // status and fencing: of the row
  std::int64_t fencing = 0;
  std::vector<Entry> entries;  // oldest first
};

// From the texts of the column: {"seq", "status", "owner", "fencing"}; throws std::invalid_argument for others.
std::vector<Entry> entries_of(std::vector<std::string> const& texts);

// What is wrong, one sentence each, none when nothing is. The rules:
//   - entries are numbered without a gap; the first is `template`, number 1, without an owner, fencing 0 (unless older
//     ones were dropped);
//   - each step from status to status is one that the workflow allows; nothing follows a final status;
//   - a plan is held in translating, solving and reserving only; only in reserving does one owner follow another
//   without
//     a step in between;
//   - each claim has a fencing number higher than any before, so that no two owners ever share one; every other entry
//     has that of the claim it ends, or, when a dead owner's claim is taken away, a higher one;
//   - the row has the status and the fencing number of its last entry.
std::vector<std::string> check(PlanHistory const& plan);
// The same, and the plan has come to an end.
std::vector<std::string> check_finished(PlanHistory const& plan);

// How often the plan was claimed by anybody.
int claims(PlanHistory const& plan);

}  // namespace conductor::chaos
