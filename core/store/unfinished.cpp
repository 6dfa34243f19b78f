#include "core/store/unfinished.hpp"

#include "core/store/plans.hpp"

#include "conductor/sdk/claims.hpp"

namespace conductor::store {

using sdk::Outcome;

namespace {
constexpr std::string_view table = sdk::tables::meta.name;
}

sdk::Result<std::optional<std::string>> unfinished(sdk::Store& store, sdk::Call const& call) {
  auto const row = store.get(call, table, unfinished_row);
  if (row) return std::optional(row.value.text("value"));
  if (row.outcome == Outcome::not_found) return std::optional<std::string>();
  return error_of(row.outcome, row.text, "looking for an unfinished restore");
}

sdk::Result<void> mark_unfinished(sdk::Store& store, sdk::Call const& call, std::string const& from) {
  auto const written = store.insert(call, table, unfinished_row, {{"value", from}}, sdk::random_id());
  // Begun before: the work goes on.
  if (written || written.outcome == Outcome::exists) return {};
  return error_of(written.outcome, written.text, "marking the store as unfinished");
}

sdk::Result<void> mark_finished(sdk::Store& store, sdk::Call const& call) {
  auto const row = store.get(call, table, unfinished_row);
  if (row.outcome == Outcome::not_found) return {};
  if (!row) return error_of(row.outcome, row.text, "reading the mark of the unfinished store");
  sdk::Expect expect;
  expect.version = row.value.version;
  // Full: it covers the rows before it.
  auto const removed = store.remove(call, table, unfinished_row, expect, sdk::random_id());
  if (removed || removed.outcome == Outcome::not_found) return {};
  return error_of(removed.outcome, removed.text, "removing the mark of the unfinished store");
}

}  // namespace conductor::store
