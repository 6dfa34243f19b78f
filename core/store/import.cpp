#include "core/store/import.hpp"

#include "conductor/sdk/claims.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace conductor::store {

using sdk::Durability;
using sdk::Outcome;

namespace {
constexpr std::size_t at_once = 8, remove_page = 500;
constexpr std::chrono::minutes patience{2};
}  // namespace

Importer::Importer(sdk::Store& store, sdk::StoreMaintenance* maintenance, sdk::Clock& clock, std::stop_token stop)
    : store_(store), maintenance_(maintenance), clock_(clock), stop_(std::move(stop)) {}

sdk::Call Importer::call() const {
  sdk::Call call;
  call.deadline = clock_.now() + patience;
  call.cancelled = stop_;
  return call;
}

sdk::Result<void> Importer::side_by_side(std::size_t count, std::function<sdk::Result<void>(std::size_t)> const& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  sdk::Result<void> result;
  auto const run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      auto done = work(i);
      if (done) continue;
      next = count;
      std::lock_guard const lock(mutex);
      if (result) result = std::move(done);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(at_once, count); ++i) threads.emplace_back(run);
    run();
  }
  return result;
}

sdk::Result<void> Importer::take(Entries entries) {
  // Entries of one batch are of different rows, so their order does not matter.
  for (auto const& entry : entries)
    if (entry.late) ++late_[{entry.table, entry.row.id}];
  std::mutex mutex;
  return side_by_side(entries.size(), [&](std::size_t i) -> sdk::Result<void> {
    auto const done = take_one(entries[i]);
    if (!done) return done.error();
    std::lock_guard const lock(mutex);
    summary_.written += *done == Done::written ? 1 : 0;
    summary_.present += *done == Done::present ? 1 : 0;
    summary_.replaced += *done == Done::replaced ? 1 : 0;
    summary_.removed += *done == Done::removed ? 1 : 0;
    return {};
  });
}

sdk::Result<Importer::Done> Importer::take_one(Entry const& entry) {
  auto const present = store_.get(call(), entry.table, entry.row.id);
  if (!present && present.outcome != Outcome::not_found)
    return failure_of(present.outcome, present.text, "reading " + name_of(entry));
  if (!present) return entry.removed ? sdk::Result<Done>(Done::nothing) : write(entry);
  if (!entry.removed) {
    auto const equal = same(entry, present.value);
    if (!equal) return equal.error();
    if (*equal) return Done::present;
  }
  if (auto gone = remove(entry.table, present.value); !gone) return gone.error();
  if (entry.removed) return Done::removed;
  auto written = write(entry);
  return written ? sdk::Result<Done>(Done::replaced) : written;
}

sdk::Result<bool> Importer::same(Entry const& entry, sdk::Row const& row) {
  auto const* table = sdk::find_table(entry.table);
  if (!same_row(*table, entry.row, row, !keeps_times())) return false;
  for (auto const& [column, bytes] : entry.documents) {
    auto const stored = store_.get_blob(call(), {entry.table, row.id, column}, row.text(column));
    if (stored.outcome == Outcome::not_found || stored.outcome == Outcome::corrupt) return false;
    if (!stored) return failure_of(stored.outcome, stored.text, "reading document " + column + " of " + name_of(entry));
    if (stored.value != bytes) return false;
  }
  return true;
}

sdk::Result<Importer::Done> Importer::write(Entry const& entry) {
  auto row = entry.row;
  for (auto const& [column, bytes] : entry.documents) {
    auto generation = store_.put_blob(call(), {entry.table, row.id, column}, bytes, Durability::relaxed);
    if (!generation)
      return failure_of(generation.outcome, generation.text, "writing document " + column + " of " + name_of(entry));
    row.columns[column] = std::move(generation.value);
  }
  // Not the row's own: the target may remember it as one of a row that was removed since, and write nothing.
  row.op = sdk::random_id();
  auto written = maintenance_ != nullptr
                     ? maintenance_->import_row(call(), entry.table, row, Durability::relaxed)
                     : store_.insert(call(), entry.table, row.id, row.columns, row.op, Durability::relaxed);
  if (!written) return failure_of(written.outcome, written.text, "writing " + name_of(entry));
  return Done::written;
}

sdk::Result<void> Importer::remove(std::string const& table, sdk::Row const& row) {
  sdk::Expect expect;
  expect.version = row.version;
  auto const gone = store_.remove(call(), table, row.id, expect, sdk::random_id(), Durability::relaxed);
  if (gone || gone.outcome == Outcome::not_found) return {};
  return failure_of(gone.outcome, gone.text, "removing " + table + " '" + row.id + "'");
}

sdk::Result<void> Importer::clear() {
  for (auto const* table : travelling_tables()) {
    std::optional<std::string> after;
    do {
      auto const page = store_.list(call(), table->name, {}, after, remove_page);
      if (!page) return failure_of(page.outcome, page.text, "listing " + std::string(table->name));
      auto const& rows = page.value.rows;
      auto done = side_by_side(rows.size(), [&](std::size_t i) -> sdk::Result<void> {
        if (stays(table->name, rows[i].id)) return {};
        return remove(std::string(table->name), rows[i]);
      });
      if (!done) return done;
      after = page.value.cursor;
    } while (after);
  }
  return {};
}

sdk::Result<bool> Importer::empty() {
  for (auto const* table : travelling_tables()) {
    auto const page = store_.list(call(), table->name, {}, std::nullopt, 10);
    if (!page) return failure_of(page.outcome, page.text, "listing " + std::string(table->name));
    for (auto const& row : page.value.rows)
      if (!stays(table->name, row.id)) return false;
  }
  return true;
}

bool Importer::overtaken(Entry const& entry) {
  auto const found = late_.find({entry.table, entry.row.id});
  if (found == late_.end()) return false;
  return !entry.late || --found->second > 0;
}

sdk::Result<void> Importer::compare(Entries const& entries) {
  std::vector<Entry const*> last;
  for (auto const& entry : entries)
    if (!overtaken(entry)) last.push_back(&entry);
  return side_by_side(last.size(), [&](std::size_t i) -> sdk::Result<void> {
    auto const& entry = *last[i];
    auto const row = store_.get(call(), entry.table, entry.row.id);
    if (entry.removed && row.outcome == Outcome::not_found) return {};
    if (!row) return failure_of(row.outcome, row.text, "verifying " + name_of(entry));
    auto const equal = entry.removed ? sdk::Result<bool>(false) : same(entry, row.value);
    if (!equal) return equal.error();
    if (*equal) return {};
    return sdk::Error{sdk::Errc::conflict, name_of(entry) + " differs from the source after it was written; " +
                                               "does another process use one of the stores?"};
  });
}

}  // namespace conductor::store
