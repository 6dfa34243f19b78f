#include "core/store/export.hpp"

#include <mutex>
#include <set>

namespace conductor::store {

using sdk::Outcome;

namespace {

constexpr std::size_t page_rows = 100;  // with documents in memory at once
constexpr std::chrono::minutes patience{2};
constexpr int row_tries = 20;  // a row that changes again and again while its documents are read

using Name = std::pair<std::string, std::string>;  // table, id

// Rows that were told of since the last take().
class Changes {
 public:
  explicit Changes(std::string cursor) : seen_(std::move(cursor)) {}
  void note(sdk::Event const& event) {
    std::lock_guard const lock(mutex_);
    seen_ = event.cursor;
    if (event.kind == sdk::Event::Kind::resync)
      lost_ = true;
    else
      names_.emplace(event.table, event.id);
  }
  std::set<Name> take() {
    std::lock_guard const lock(mutex_);
    return std::exchange(names_, {});
  }
  bool seen(std::string const& cursor) {
    std::lock_guard const lock(mutex_);
    return seen_ == cursor;
  }
  bool lost() {
    std::lock_guard const lock(mutex_);
    return std::exchange(lost_, false);
  }

 private:
  std::mutex mutex_;
  std::string seen_;
  std::set<Name> names_;
  bool lost_ = false;
};

class Exporter {
 public:
  Exporter(sdk::Store& store, sdk::Clock& clock, std::stop_token stop, ExportOptions const& options,
           EntrySink const& sink)
      : store_(store), clock_(clock), stop_(std::move(stop)), options_(options), sink_(sink) {}

  sdk::Result<ExportSummary> run() {
    auto const cursor = store_.cursor(call());
    if (!cursor) return failure_of(cursor.outcome, cursor.text, "reading the store");
    for (auto const* table : travelling_tables())
      if (auto done = whole(*table); !done) return done.error();
    if (auto done = catch_up(cursor.value); !done) return done.error();
    return summary_;
  }

 private:
  sdk::Call call() const {
    sdk::Call call;
    call.deadline = clock_.now() + patience;
    call.cancelled = stop_;
    return call;
  }

  sdk::Result<void> whole(sdk::Table const& table) {
    std::optional<std::string> after;
    summary_.rows.try_emplace(std::string(table.name), 0);
    do {
      auto page = store_.list(call(), table.name, {}, after, page_rows);
      if (!page) return failure_of(page.outcome, page.text, "listing " + std::string(table.name));
      Entries entries;
      for (auto& row : page.value.rows) {
        if (stays(table.name, row.id)) continue;
        auto entry = with_documents(table, std::move(row));
        if (!entry) return entry.error();
        if (!entry->removed) entries.push_back(std::move(*entry));
      }
      summary_.rows[std::string(table.name)] += static_cast<std::int64_t>(entries.size());
      if (auto taken = sink_(std::move(entries)); !taken) return taken;
      if (options_.progress) options_.progress(summary_);
      after = std::move(page.value.cursor);
    } while (after);
    return {};
  }

  // The documents may be gone when the row has moved on: then the row is read anew.
  sdk::Result<Entry> with_documents(sdk::Table const& table, sdk::Row row) {
    Entry entry{.table = std::string(table.name), .row = std::move(row)};
    for (int tries = 0;; ++tries) {
      auto missing = add_documents(table, entry);
      if (!missing) return missing.error();
      if (missing->empty()) return entry;
      auto again = store_.get(call(), table.name, entry.row.id);
      if (again.outcome == Outcome::not_found) {
        entry.removed = true;
        return entry;
      }
      if (!again) return failure_of(again.outcome, again.text, "reading " + name_of(entry));
      if (again.value.version == entry.row.version || tries == row_tries)
        return sdk::Error{sdk::Errc::invalid,
                          name_of(entry) + ": its document " + *missing + " is not there; see: conductor store check"};
      entry.row = std::move(again.value);
    }
  }

  // The column whose document is not there; empty: all are.
  sdk::Result<std::string> add_documents(sdk::Table const& table, Entry& entry) {
    entry.documents.clear();
    for (auto const& column : table.columns) {
      if (column.type != sdk::ColumnType::document || entry.row.text(column.name).empty()) continue;
      std::string const name(column.name);
      auto bytes = store_.get_blob(call(), {entry.table, entry.row.id, name}, entry.row.text(name));
      if (bytes.outcome == Outcome::not_found) return name;
      if (!bytes) return failure_of(bytes.outcome, bytes.text, "reading document " + name + " of " + name_of(entry));
      entry.documents.emplace(name, std::move(bytes.value));
    }
    return std::string();
  }

  sdk::Result<void> catch_up(std::string const& cursor) {
    auto const changes = std::make_shared<Changes>(cursor);
    auto const watch = store_.watch(call(), {}, cursor, [changes](sdk::Event const& event) { changes->note(event); });
    if (!watch) return failure_of(watch.outcome, watch.text, "watching the store");
    for (int pass = 0; pass < options_.most_passes; ++pass) {
      if (auto heard = hear(*changes); !heard) return heard;
      if (changes->lost()) break;
      auto const changed = again(changes->take());
      if (!changed) return changed.error();
      if (*changed == 0) return {};
    }
    summary_.settled = false;
    return {};
  }

  // Until all has been told that was committed by now, or that had the time to be.
  sdk::Result<void> hear(Changes& changes) {
    auto const now = store_.cursor(call());
    if (!now) return failure_of(now.outcome, now.text, "reading the store");
    auto const until = clock_.now() + options_.settle;
    while (!changes.seen(now.value) && clock_.now() < until)
      if (!clock_.sleep_for(std::chrono::milliseconds(5), stop_)) return interrupted();
    return {};
  }

  static sdk::Error interrupted() { return {sdk::Errc::cancelled, "interrupted"}; }

  // How many rows had changed.
  sdk::Result<std::size_t> again(std::set<Name> const& names) {
    Entries entries;
    for (auto const& [table_name, id] : names) {
      auto const* table = sdk::find_table(table_name);
      bool const travels = table != nullptr && table_name != sdk::tables::workers.name &&
                           table_name != sdk::tables::messages.name && !stays(table_name, id);
      if (!travels) continue;
      auto row = store_.get(call(), table_name, id);
      Entry gone{.table = table_name, .row = {}, .documents = {}, .removed = true, .late = true};
      gone.row.id = id;
      if (row.outcome == Outcome::not_found) {
        entries.push_back(std::move(gone));
        continue;
      }
      if (!row) return failure_of(row.outcome, row.text, "reading " + name_of(gone));
      auto entry = with_documents(*table, std::move(row.value));
      if (!entry) return entry.error();
      entry->late = true;
      entries.push_back(std::move(*entry));
    }
    auto const count = entries.size();
    if (count > 0)
      if (auto taken = sink_(std::move(entries)); !taken) return taken.error();
    return count;
  }

  sdk::Store& store_;
  sdk::Clock& clock_;
  std::stop_token stop_;
  ExportOptions const& options_;
  EntrySink const& sink_;
  ExportSummary summary_;
};

}  // namespace

sdk::Result<ExportSummary> export_store(sdk::Store& store, sdk::Clock& clock, std::stop_token stop,
                                        ExportOptions const& options, EntrySink const& sink) {
  return Exporter(store, clock, std::move(stop), options, sink).run();
}

}  // namespace conductor::store
