// A row as it lies in etcd: JSON with the columns that differ from their defaults, when it was made and changed, and
// its last operations; compressed when it is long. Columns that this program does not know stay as they are.
#pragma once
#include "conductor/sdk/op_list.hpp"
#include "conductor/sdk/store.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace conductor::plugins::etcd {

// Of rows that anybody may change, such as order locks, many may be changed between two tries of one operation.
inline constexpr std::size_t kept_ops = 32;

using sdk::op_age;
inline std::string with_op(std::string_view ops, std::string_view op) { return sdk::with_op(ops, op, kept_ops); }

struct Record {
  std::int64_t created_ms = 0, updated_ms = 0;
  std::string ops;  // the last operations (op_list.hpp)
  boost::json::object columns;

  // Sets a column, or drops it when the value is its default.
  void set(sdk::Column const& column, sdk::Value const& value);
  sdk::Value get(sdk::Column const& column) const;
  // As get() for texts and documents, without a copy.
  std::string_view text(std::string_view column) const;
};

std::string encode(Record const& record);
// Nothing: the bytes are damaged, or of something else.
std::optional<Record> decode(std::string_view bytes);

// A row too long for one request lies aside, in parts like a document of this kind, which no column has; its key then
// has the generation of them.
inline constexpr std::string_view row_kind = "@row";
inline std::string aside(std::string_view generation) { return std::string(1, '@').append(generation); }
inline std::optional<std::string_view> aside_at(std::string_view value) {
  return value.starts_with('@') ? std::optional(value.substr(1)) : std::nullopt;
}

sdk::Row row_of(Record const& record, sdk::Table const& table, std::string_view id, sdk::Version version);
sdk::Version version_of(std::int64_t create_revision, std::int64_t number);

// Frames with a checksum, at most `longest` bytes when inflated; nothing for damaged ones.
std::string deflate(std::string_view bytes);
std::optional<std::string> inflate(std::string_view frame, std::size_t longest);

}  // namespace conductor::plugins::etcd
