// The mark of a store that is being filled by `conductor store restore` or `migrate`: a row of table `meta`, written
// before the first row and removed after the last. No role serves a store that has it.
#pragma once
#include "conductor/sdk/store.hpp"

#include <optional>
#include <string>

namespace conductor::store {

inline constexpr std::string_view unfinished_row = "unfinished";

// What the store is being filled from; nothing when it is whole.
sdk::Result<std::optional<std::string>> unfinished(sdk::Store& store, sdk::Call const& call);
// `from`: shown to whoever meets the mark.
sdk::Result<void> mark_unfinished(sdk::Store& store, sdk::Call const& call, std::string const& from);
sdk::Result<void> mark_finished(sdk::Store& store, sdk::Call const& call);

}  // namespace conductor::store
