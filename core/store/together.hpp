// Several rows that change together.
#pragma once
#include "conductor/sdk/store.hpp"

#include <span>

namespace conductor::store {

// All or nothing where the store can do that for so many. Else one after the other, in the order given, up to the first
// that is refused: callers put last what makes the others count; an insert whose row stands there already, with the
// same values, counts as applied. Repeating a call with the same `op` applies nothing twice. `versions` has one version
// per mutation that was applied; blocks as the store does.
sdk::MultiWritten write_together(sdk::Store& store, sdk::Call const& call, std::span<sdk::Mutation const> mutations,
                                 std::string const& op, sdk::Durability durability);

}  // namespace conductor::store
