// The layout native: a table of MUSIC for each table of the contract, with the columns of the contract and
//   id text      the id, escaped (keys.hpp)          inc text       incarnation of the row
//   ver bigint   version number                      op, ops text   last operation; the ones before it
//   created, updated bigint                          gone boolean   removed, and to be purged
//   place text   indexed: values of the list index   slot text      indexed: when it changed (slot_of)
// No column is ever null, so that every one can be expected.
#pragma once
#include "rows.hpp"

namespace conductor::plugins::music {

class NativeRows final : public Rows {
 public:
  NativeRows(Wire& wire, std::string keyspace) : wire_(wire), keyspace_(std::move(keyspace)) {}

  // What create_table gets for this table, and the columns that get an index.
  static json::object fields(sdk::Table const& table);
  static std::vector<std::string_view> indexes(sdk::Table const& table);

  std::size_t max_record_bytes() const override { return 256U << 10U; }
  std::optional<std::string> refusal(sdk::Table const&, std::string_view) const override { return std::nullopt; }
  Found read(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Strength strength) override;
  FoundMany read_each(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> ids,
                      sdk::Strength strength) override;
  FoundMany list(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where) override;
  FoundMany changed(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> slots) override;
  Answer insert(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                std::function<std::optional<Stored>(std::optional<Stored> const&)> const& decide) override;
  Answer write(sdk::Call const& call, sdk::Table const& table, Stored const& before, Stored const& after) override;
  void purge(sdk::Call const& call, sdk::Table const& table, std::int64_t before_ms, std::size_t limit) override;

 private:
  Spot spot(sdk::Table const& table) const { return {keyspace_, std::string(table.name)}; }
  Wire& wire_;
  std::string const keyspace_;
};

}  // namespace conductor::plugins::music
