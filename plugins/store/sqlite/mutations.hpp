// The mutations of the contract inside an open write transaction: look at the row, compare, write, append the event.
// Arguments have been checked; errors of SQLite are thrown (SqlError) and undo the caller's savepoint.
#pragma once
#include "conductor/sdk/store.hpp"
#include "events.hpp"

#include <optional>
#include <random>
#include <vector>

namespace conductor::plugins::sqlite {

// What the jobs of one write transaction share.
struct Transaction {
  Connection& connection;
  std::int64_t now_ms = 0;            // wall clock of this transaction
  std::mt19937_64& random;            // for incarnations
  std::vector<LoggedEvent> events{};  // appended so far; none: nobody needs to be told
};

// When a row was made and last changed, for rows that come from another store.
struct RowTimes {
  std::int64_t created_ms = 0, updated_ms = 0;
};

// `times`: those of the row instead of this moment.
sdk::Written apply_insert(Transaction& transaction, sdk::Table const& table, std::string_view id,
                          sdk::Values const& columns, std::string_view op,
                          std::optional<RowTimes> const& times = std::nullopt);
// `max_record_bytes` limits the row as it would become.
sdk::Written apply_update(Transaction& transaction, sdk::Table const& table, std::string_view id,
                          sdk::Values const& set, sdk::Expect const& expect, std::string_view op,
                          std::size_t max_record_bytes);
sdk::Written apply_remove(Transaction& transaction, sdk::Table const& table, std::string_view id,
                          sdk::Expect const& expect, std::string_view op);
// Not ok: the caller must undo what was applied before the mutation that failed.
sdk::MultiWritten apply_multi(Transaction& transaction, std::span<sdk::Mutation const> mutations, std::string_view op,
                              std::size_t max_record_bytes);
// Raises `seq` of a worker; no event, since a beat is no news to anybody who waits.
sdk::Written apply_beat(Transaction& transaction, std::string_view id);

// Whether the row's history, or that of a removed row, shows the operation.
sdk::Resolution resolve(Connection& connection, sdk::Table const& table, std::string_view id, std::string_view op);

}  // namespace conductor::plugins::sqlite
