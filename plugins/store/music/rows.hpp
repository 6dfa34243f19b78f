// Rows of the contract in tables of MUSIC. Two layouts implement this: native (native_rows.hpp) and compat
// (compat_rows.hpp). How a mutation is made safe with it is mutator.hpp's.
#pragma once
#include "conductor/sdk/op_list.hpp"
#include "conductor/sdk/store_answers.hpp"
#include "wire.hpp"

namespace conductor::plugins::music {

// A row as it stands.
struct Stored {
  sdk::Row row;
  std::string ops;    // the last operations, latest first, apart by blanks
  bool gone = false;  // removed: kept for a while, so that the removal can be told and recognised
};

// A row, or nothing; or why that cannot be told.
struct Found {
  Verdict verdict = Verdict::done;
  std::optional<Stored> stored;
  std::string text;
  explicit operator bool() const { return verdict == Verdict::done; }
};

struct FoundMany {
  Verdict verdict = Verdict::done;
  std::vector<Stored> rows;
  std::string text;
  explicit operator bool() const { return verdict == Verdict::done; }
};

// Thread-safe.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual std::size_t max_record_bytes() const = 0;
  // Whether this layout can keep a row of this id; else the reason.
  virtual std::optional<std::string> refusal(sdk::Table const& table, std::string_view id) const = 0;

  virtual Found read(sdk::Call const& call, sdk::Table const& table, std::string_view id, sdk::Strength strength) = 0;
  // In the order of the ids; missing ones are left out.
  virtual FoundMany read_each(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> ids,
                              sdk::Strength strength) = 0;
  // All rows of an index value (`where` empty: of the table) as one replica has them; removed ones are left out.
  virtual FoundMany list(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where) = 0;
  // Rows that changed in these slots of time (slot_of), removed ones too.
  virtual FoundMany changed(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> slots) = 0;

  // One row under its lock: `decide` gets what stands there and returns what is to be written, or nothing.
  virtual Answer insert(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                        std::function<std::optional<Stored>(std::optional<Stored> const&)> const& decide) = 0;
  // Gives a row that is about to be written its version, where the layout has another than the next number.
  virtual void renumber(sdk::Table const&, Stored&) const {}
  // Whether rows know their last operations. If not, a doubtful write is known by what it set.
  virtual bool keeps_operations(sdk::Table const&) const { return true; }
  // Writes what differs, provided that the row is still the version of `before`. `after.gone`: removes it.
  virtual Answer write(sdk::Call const& call, sdk::Table const& table, Stored const& before, Stored const& after) = 0;
  // Workers that are not in table `workers`: of another program on the same keyspace.
  virtual std::vector<sdk::WorkerInfo> foreign_workers(sdk::Call const&, Verdict&) { return {}; }
  // Frees rows that were removed before `before_ms`, at most `limit`.
  virtual void purge(sdk::Call const& call, sdk::Table const& table, std::int64_t before_ms, std::size_t limit) = 0;
};

// Changes are found by the slot of time in which they were made: a column with an index.
inline constexpr std::int64_t slot_ms = 4'000;
inline std::string slot_of(std::int64_t at_ms) { return std::to_string(at_ms / slot_ms); }

// --- operations of a row
inline constexpr std::size_t kept_ops = 24;

using sdk::count_ops;
using sdk::op_age;
inline std::string with_op(std::string_view ops, std::string_view op) { return sdk::with_op(ops, op, kept_ops); }

// --- values in MUSIC's JSON
json::value to_json(sdk::Value const& value);
// The value that a column of this type has; its default when it is null or of another kind.
sdk::Value from_json(sdk::ColumnType type, json::value const& value);
std::int64_t integer_in(json::object const& columns, std::string_view name);
std::string text_in(json::object const& columns, std::string_view name);
bool boolean_in(json::object const& columns, std::string_view name);

}  // namespace conductor::plugins::music
