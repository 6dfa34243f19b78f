// Checks of what callers hand to a store, the same for every plugin: a refusal here means that nothing was sent. Sizes
// are counted the same way everywhere, so that the limits of StoreInfo mean the same everywhere (SIZ-1).
#pragma once
#include "conductor/sdk/store.hpp"

namespace conductor::sdk::checks {

// Limits beside those of StoreInfo.
inline constexpr std::size_t max_map_entries = 1000, max_list_entries = 10'000, max_op_bytes = 255,
                             max_collection_bytes = max_map_entries * (4096U + 255U), max_list_limit = 1000;
// The plan that probes write; it is in no list (LST-10).
inline constexpr std::string_view health_row = "healthcheck";

struct Refusal {
  Outcome outcome = Outcome::invalid;
  std::string text;
};
using Checked = std::optional<Refusal>;  // nothing: fine

inline Refusal invalid(std::string text) { return {Outcome::invalid, std::move(text)}; }
inline Refusal too_large(std::string_view what, std::size_t size, std::size_t limit) {
  return {Outcome::too_large,
          std::string(what) + " has " + std::to_string(size) + ", at most " + std::to_string(limit) + " are stored"};
}

// Well-formed UTF-8 (no overlong forms, no surrogates) without NUL.
constexpr bool is_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = static_cast<unsigned char>(text[i]);
    if (lead == 0) return false;
    std::size_t const length = lead < 0x80U ? 1 : lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    if (length == 0 || lead > 0xF4U || i + length > text.size()) return false;
    std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t j = 1; j < length; ++j) {
      auto const next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xC0U) != 0x80U) return false;
      code = code << 6U | (next & 0x3FU);
    }
    if (length == 3 && (code < 0x800U || (code >= 0xD800U && code < 0xE000U))) return false;
    if (length == 4 && (code < 0x10000U || code > 0x10FFFFU)) return false;
    i += length;
  }
  return true;
}

inline Value default_of(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return std::int64_t{0};
    case ColumnType::boolean:
      return false;
    case ColumnType::map:
      return TextMap{};
    case ColumnType::list:
      return TextList{};
    case ColumnType::text:
    case ColumnType::document:
      break;
  }
  return std::string();
}

inline bool fits(ColumnType type, Value const& value) { return default_of(type).index() == value.index(); }
constexpr bool is_scalar(ColumnType type) { return type != ColumnType::map && type != ColumnType::list; }

// Bytes of a value that count against max_record_bytes; maps and lists have limits of their own.
inline std::size_t scalar_bytes(Value const& value) {
  if (auto const* text = std::get_if<std::string>(&value)) return text->size();
  return std::holds_alternative<std::int64_t>(value) ? 8 : std::holds_alternative<bool>(value) ? 1 : 0;
}
// Size of a record with these columns; absent ones are empty. Numbers count 8, truth values 1.
inline std::size_t record_bytes(Table const& table, Values const& columns) {
  std::size_t total = 0;
  for (auto const& column : table.columns) {
    auto const found = columns.find(column.name);
    total += scalar_bytes(found == columns.end() ? default_of(column.type) : found->second);
  }
  return total;
}

inline Checked check_collection(std::string_view column, std::size_t entries, std::size_t limit, std::size_t bytes) {
  if (entries > limit)
    return too_large("the number of entries of column '" + std::string(column) + "'", entries, limit);
  if (bytes > max_collection_bytes)
    return too_large("column '" + std::string(column) + "' in bytes", bytes, max_collection_bytes);
  return std::nullopt;
}

inline Checked check_value(Column const& column, Value const& value, StoreInfo const& info) {
  auto const not_text = [&] {
    return invalid("column '" + std::string(column.name) + "' holds bytes that are not UTF-8 text, or a NUL");
  };
  if (!fits(column.type, value)) return invalid("column '" + std::string(column.name) + "' is of another type");
  if (auto const* text = std::get_if<std::string>(&value)) {
    if (text->size() > info.max_record_bytes)
      return too_large("column '" + std::string(column.name) + "' in bytes", text->size(), info.max_record_bytes);
    if (!is_text(*text)) return not_text();
  } else if (auto const* map = std::get_if<TextMap>(&value)) {
    std::size_t bytes = 0;
    for (auto const& [key, item] : *map) {
      if (!is_text(key) || !is_text(item)) return not_text();
      bytes += key.size() + item.size();
    }
    return check_collection(column.name, map->size(), max_map_entries, bytes);
  } else if (auto const* list = std::get_if<TextList>(&value)) {
    std::size_t bytes = 0;
    for (auto const& item : *list) {
      if (!is_text(item)) return not_text();
      bytes += item.size();
    }
    return check_collection(column.name, list->size(), max_list_entries, bytes);
  }
  return std::nullopt;
}

inline Checked check_values(Table const& table, Values const& values, StoreInfo const& info) {
  for (auto const& [name, value] : values) {
    auto const* column = table.column(name);
    if (column == nullptr)
      return invalid("table '" + std::string(table.name) + "' has no column '" + name + "' that can be set");
    if (auto refusal = check_value(*column, value, info)) return refusal;
  }
  if (auto const bytes = record_bytes(table, values); bytes > info.max_record_bytes)
    return too_large("the record in bytes", bytes, info.max_record_bytes);
  return std::nullopt;
}

inline Checked check_id(std::string_view what, std::string_view id, std::size_t limit) {
  if (id.empty()) return invalid(std::string(what) + " is empty");
  if (id.size() > limit) return too_large(std::string(what) + " in bytes", id.size(), limit);
  if (!is_text(id)) return invalid(std::string(what) + " holds bytes that are not UTF-8 text, or a NUL");
  return std::nullopt;
}

// Ops are ids that the program makes: no spaces or control characters, so that plugins may keep them in one text.
inline Checked check_op(std::string_view op) {
  if (auto refusal = check_id("the operation id", op, max_op_bytes)) return refusal;
  for (char const c : op)
    if (static_cast<unsigned char>(c) <= ' ') return invalid("the operation id holds a blank or control character");
  return std::nullopt;
}

inline Checked check_table(std::string_view name) {
  if (find_table(name) == nullptr) return invalid("there is no table '" + std::string(name) + "'");
  return std::nullopt;
}

// Tables whose rows are work or its record, where an unconditional mutation would undo somebody else's.
constexpr bool is_configuration(Table const& table) {
  for (std::string_view const work :
       {"plans", "messages", "order_locks", "order_locks_history", "attempts", "deliveries"})
    if (table.name == work) return false;
  return true;
}

inline Checked check_expect(Table const& table, Expect const& expect) {
  if (expect.unconditional && !is_configuration(table))
    return invalid("table '" + std::string(table.name) + "' takes no unconditional mutation");
  if (!expect.unconditional && !expect.version && !expect.claim && expect.columns.empty())
    return invalid("the mutation of table '" + std::string(table.name) + "' names no expectation");
  if (expect.claim && table.column("claim") == nullptr)
    return invalid("table '" + std::string(table.name) + "' has no claims");
  for (auto const& [name, value] : expect.columns) {
    auto const* column = table.column(name);
    if (column == nullptr || !is_scalar(column->type) || !fits(column->type, value))
      return invalid("table '" + std::string(table.name) + "' has no scalar column '" + name +
                     "' of this type to expect");
  }
  return std::nullopt;
}

inline Checked check_insert(std::string_view table, std::string_view id, Values const& columns, std::string_view op,
                            StoreInfo const& info) {
  if (auto refusal = check_table(table)) return refusal;
  if (auto refusal = check_id("the id", id, info.max_id_bytes)) return refusal;
  if (auto refusal = check_op(op)) return refusal;
  return check_values(*find_table(table), columns, info);
}

inline Checked check_update(std::string_view table, std::string_view id, Values const& set, Expect const& expect,
                            std::string_view op, StoreInfo const& info) {
  if (auto refusal = check_insert(table, id, set, op, info)) return refusal;
  if (set.empty()) return invalid("the update of '" + std::string(id) + "' sets nothing");
  return check_expect(*find_table(table), expect);
}

inline Checked check_remove(std::string_view table, std::string_view id, Expect const& expect, std::string_view op,
                            StoreInfo const& info) {
  if (auto refusal = check_insert(table, id, {}, op, info)) return refusal;
  return check_expect(*find_table(table), expect);
}

inline Checked check_multi(std::span<Mutation const> mutations, std::string_view op, StoreInfo const& info) {
  if (mutations.empty()) return invalid("the multi holds no mutation");
  if (mutations.size() > info.max_multi_ops) return too_large("the multi", mutations.size(), info.max_multi_ops);
  for (auto const& mutation : mutations) {
    auto refusal = mutation.kind == Mutation::Kind::insert
                       ? check_insert(mutation.table, mutation.id, mutation.values, op, info)
                   : mutation.kind == Mutation::Kind::update
                       ? check_update(mutation.table, mutation.id, mutation.values, mutation.expect, op, info)
                       : check_remove(mutation.table, mutation.id, mutation.expect, op, info);
    if (refusal) return refusal;
  }
  return std::nullopt;
}

// `where` is empty or names exactly the table's index (LST-6).
inline Checked check_where(std::string_view name, Values const& where) {
  if (auto refusal = check_table(name)) return refusal;
  auto const& table = *find_table(name);
  bool matches = where.empty() || where.size() == table.index.size();
  for (auto const column : where.empty() ? std::span<std::string_view const>{} : table.index) {
    auto const found = where.find(column);
    matches = matches && found != where.end() && fits(table.column(column)->type, found->second);
  }
  if (!matches) return invalid("table '" + std::string(name) + "' cannot be listed by the columns given");
  return std::nullopt;
}

inline Checked check_list(std::string_view table, Values const& where, std::size_t limit) {
  if (limit == 0 || limit > max_list_limit)
    return invalid("the limit of a list is " + std::to_string(limit) + ", allowed are 1 to 1000");
  return check_where(table, where);
}

inline Checked check_blob(BlobKey const& key, StoreInfo const& info) {
  if (auto refusal = check_table(key.table)) return refusal;
  auto const* column = find_table(key.table)->column(key.kind);
  if (column == nullptr || column->type != ColumnType::document)
    return invalid("table '" + key.table + "' has no document column '" + key.kind + "'");
  return check_id("the id", key.id, info.max_id_bytes);
}

}  // namespace conductor::sdk::checks
