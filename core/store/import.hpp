// Fills a store with entries: those of a backup, or of another store.
#pragma once
#include "core/store/entry.hpp"

namespace conductor::store {

struct ImportSummary {
  std::int64_t written = 0;  // rows
  std::int64_t present = 0;  // rows that were there already, the same
  std::int64_t replaced = 0, removed = 0;
};

// Thread-safe towards the store only: one thread calls it. Rows are written side by side.
class Importer {
 public:
  // All outlive it. `maintenance`: null when the store has none; then rows get the time of this moment as theirs.
  Importer(sdk::Store& store, sdk::StoreMaintenance* maintenance, sdk::Clock& clock, std::stop_token stop);

  // Makes the store's rows those of the entries: missing ones are written, those that differ replaced. Doing it again
  // changes nothing, so that an interrupted import can be repeated. Not durable until mark_finished().
  sdk::Result<void> take(Entries entries);
  // Removes every row of the tables that travel.
  sdk::Result<void> clear();
  // Whether the tables that travel are empty.
  sdk::Result<bool> empty();
  // Compares instead of writing: the first difference is the error. Of the same entries in the same order that were
  // taken; those that a later one overtook are passed over.
  sdk::Result<void> compare(Entries const& entries);
  // Before comparing with entries that are read anew from a store, not from a backup.
  void forget_late() { late_.clear(); }

  ImportSummary const& summary() const { return summary_; }
  bool keeps_times() const { return maintenance_ != nullptr; }

 private:
  enum class Done { written, present, replaced, removed, nothing };
  sdk::Call call() const;
  sdk::Result<Done> take_one(Entry const& entry);
  sdk::Result<Done> write(Entry const& entry);
  sdk::Result<bool> same(Entry const& entry, sdk::Row const& row);
  bool overtaken(Entry const& entry);
  sdk::Result<void> remove(std::string const& table, sdk::Row const& row);
  sdk::Result<void> side_by_side(std::size_t count, std::function<sdk::Result<void>(std::size_t)> const& work);

  sdk::Store& store_;
  sdk::StoreMaintenance* maintenance_;
  sdk::Clock& clock_;
  std::stop_token stop_;
  ImportSummary summary_;
  std::map<std::pair<std::string, std::string>, int> late_;  // how often a row was read again, by table and id
};

}  // namespace conductor::store
