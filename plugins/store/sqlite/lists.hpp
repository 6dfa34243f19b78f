// Reading rows: by id, by page in the order of creation, counted, and the workers.
#pragma once
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

namespace conductor::plugins::sqlite {

sdk::Read<sdk::Row> read_one(Connection& connection, sdk::Table const& table, std::string_view id);
sdk::Read<std::vector<sdk::Row>> read_many(Connection& connection, sdk::Table const& table,
                                           std::span<std::string const> ids);
// The cursor is the key of the last row, so it stays good for ever.
sdk::Read<sdk::Page> read_page(Connection& connection, sdk::Table const& table, sdk::Values const& where,
                               std::optional<std::string> const& after, std::size_t limit);
sdk::Read<std::int64_t> count_rows(Connection& connection, sdk::Table const& table, sdk::Values const& where);
sdk::Read<std::vector<sdk::WorkerInfo>> read_workers(Connection& connection);

}  // namespace conductor::plugins::sqlite
