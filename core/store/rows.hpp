// Rows as a writer knows them without asking the store again, and the history that plans carry.
#pragma once
#include "core/store/relay.hpp"

#include "conductor/sdk/store.hpp"

#include <string>
#include <vector>

namespace conductor::store {

// The row that an insert of `values` made: columns left out have their defaults.
sdk::Row inserted_row(sdk::Table const& table, std::string id, sdk::Values const& values, sdk::Version version,
                      std::int64_t now_ms, std::string op);
// `row` after an update.
sdk::Row updated_row(sdk::Row row, sdk::Values const& set, sdk::Version version, std::int64_t now_ms);

struct Transition {
  std::string_view status, owner;  // owner: worker id, empty when nobody holds the plan
  std::int64_t at_ms = 0, fencing = 0;
};
// The history with one more entry, JSON {seq, status, at, owner, fencing}; the last 64 are kept.
sdk::TextList with_transition(sdk::TextList history, Transition const& transition);
// Puts a following claim into what is written.
void add_claim(sdk::Values& set, Relay::Claim const& claim, std::int64_t now_ms);

struct PastTransition {
  std::int64_t seq = 0;  // from 1
  std::int64_t at_ms = 0;
  std::string status;
};
// The history as it is kept, oldest first. Entries that cannot be read are left out.
std::vector<PastTransition> transitions_of(sdk::TextList const& history);

}  // namespace conductor::store
