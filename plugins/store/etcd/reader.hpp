// Reading rows: by id, by page in the order of creation, counted.
#pragma once
#include "documents.hpp"

#include <span>

namespace conductor::plugins::etcd {

class Reader {
 public:
  Reader(Connection& connection, Documents& documents) : connection_(connection), documents_(documents) {}

  // Relaxed: also what this process saw a moment ago.
  sdk::Read<sdk::Row> get(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Strength strength);
  // All as of one moment.
  sdk::Read<std::vector<sdk::Row>> get_many(sdk::Call const& call, sdk::Table const& table,
                                            std::span<std::string const> ids, sdk::Strength strength);
  // The cursor is a place in the list, so it stays good for ever. All as of one moment.
  sdk::Read<sdk::Page> list(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where,
                            std::optional<std::string> const& after, std::size_t limit);
  sdk::Read<std::int64_t> count(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where);

 private:
  struct Fetched {
    Reply problem;  // bad when `rows` is not complete
    std::vector<sdk::Row> rows;
  };
  Fetched fetch(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> ids,
                std::int64_t& revision);
  // not_found: it lies aside, and has changed since the pair was read.
  sdk::Read<sdk::Row> row_from(sdk::Call const& call, KeyValue const& pair, sdk::Table const& table,
                               std::string_view id, std::int64_t revision);
  std::optional<sdk::Row> seen_lately(sdk::Table const& table, std::string_view id);

  Connection& connection_;
  Documents& documents_;
};

// The row that these bytes are; nothing for damaged ones.
std::optional<sdk::Row> row_of(Stored const& stored, sdk::Table const& table, std::string_view id);

}  // namespace conductor::plugins::etcd
