// Mutations of single rows, made safe: each names its operation, is conditional on the version that was read, and is
// read back when there is doubt whether it was applied. MUSIC's row lock is no perfect fence: two callers may both be
// told that they won (specification of the backend, 2). What was written is therefore read back, but for beats of
// workers and the ends of messages, which only their owner writes, as long as they took less than half the lease of a
// lock.
#pragma once
#include "rows.hpp"

namespace conductor::plugins::music {

// Of a row that comes from another store.
struct RowTimes {
  std::int64_t created_ms = 0, updated_ms = 0;
};

class Mutator {
 public:
  // Before a document column loses its value: called with what the row refers to no longer. False: not now.
  using Dropped = std::function<bool(sdk::Call const&, std::vector<std::pair<sdk::BlobKey, std::string>> const&)>;

  Mutator(Wire& wire, Rows& rows, Dropped dropped) : wire_(wire), rows_(rows), dropped_(std::move(dropped)) {}

  sdk::Written insert(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Values const& columns,
                      std::string_view op, std::optional<RowTimes> const& imported = std::nullopt);
  sdk::Written update(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Values const& set,
                      sdk::Expect const& expect, std::string_view op);
  sdk::Written remove(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Expect const& expect,
                      std::string_view op);
  sdk::Read<sdk::Resolution> resolve(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                                     std::string_view op);

 private:
  // One update or removal on its way.
  struct Task {
    sdk::Call call;
    sdk::Table const& table;
    std::string_view id;
    sdk::Values const* set;  // null: removal
    sdk::Expect const& expect;
    std::string_view op;
    bool doubt = false;                       // a try may have been applied
    std::optional<sdk::Version> attempted{};  // what the last try would have made
    bool told = false;                        // MUSIC said that it was applied
  };
  sdk::Written mutate(Task task);
  // Whether the row that an insert made is there.
  bool stands(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Version const& version);
  // The end that the row as it stands gives the task, or nothing: to be written.
  std::optional<sdk::Written> settled(Task const& task, std::optional<Stored> const& stored) const;
  // The end of a task whose last try lies further back than the row's history.
  std::optional<sdk::Written> beyond_history(Task const& task, std::optional<Stored> const& stored) const;
  Stored changed(Task const& task, Stored const& before) const;
  bool drop_documents(Task const& task, Stored const& before, Stored const& after) const;
  bool must_read_back(Task const& task, Answer const& answer) const;
  sdk::Written given_up(Task const& task, Verdict verdict, std::string const& text) const;

  Wire& wire_;
  Rows& rows_;
  Dropped dropped_;
};

}  // namespace conductor::plugins::music
