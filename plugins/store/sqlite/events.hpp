// The change log: one entry per committed mutation, appended in its transaction. Numbers have no gaps, so a reader that
// does not find the successor of its last entry knows that entries were trimmed.
#pragma once
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

#include <optional>

namespace conductor::plugins::sqlite {

struct LoggedEvent {
  std::int64_t seq = 0;
  std::string table, id;
  bool removed = false;
  std::int64_t version = 0;
};

// Entries kept: this many, and not older than this.
inline constexpr std::int64_t kept_events = 100'000, kept_ms = 3'600'000;

// Both give back the entry that they have made.
LoggedEvent append_put(Connection& connection, std::string_view table, std::string_view id, std::int64_t version,
                       std::int64_t now_ms);
// `ops` of the removed row, the removal's own first: they answer resolve() and repeated mutations later.
LoggedEvent append_remove(Connection& connection, std::string_view table, std::string_view id, std::int64_t version,
                          std::int64_t now_ms, std::string_view ops);
// What is kept of the last removal of a row that had this operation: its version then.
struct Removed {
  std::string ops;
  std::int64_t version = 0;
};
std::optional<Removed> removed_with(Connection& connection, std::string_view table, std::string_view id,
                                    std::string_view op);

std::int64_t newest_event(Connection& connection);  // 0 when there is none
std::int64_t oldest_event(Connection& connection);  // 1 when there is none
std::vector<LoggedEvent> events_after(Connection& connection, std::int64_t seq, std::size_t limit);

// Drops what is too old, never the newest; inside a write transaction, a bounded piece at a time.
void trim_events(Connection& connection, std::int64_t now_ms);

// Cursors are `<installation>:<seq>`. Nothing: not a cursor of this installation.
std::string cursor_text(std::string const& installation, std::int64_t seq);
std::optional<std::int64_t> cursor_seq(std::string const& installation, std::string_view cursor);

}  // namespace conductor::plugins::sqlite
