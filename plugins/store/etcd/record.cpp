#include "record.hpp"

#include "conductor/sdk/store_checks.hpp"

#include <zstd.h>

#include <memory>

namespace conductor::plugins::etcd {

namespace json = boost::json;
using sdk::ColumnType;
using sdk::Value;

namespace {

constexpr std::size_t compress_from = 4096;  // shorter ones gain little
constexpr std::size_t longest_record = std::size_t{1} << 27U;
constexpr int level = 1;

json::value json_of(Value const& value) {
  if (auto const* text = std::get_if<std::string>(&value)) return json::string(*text);
  if (auto const* number = std::get_if<std::int64_t>(&value)) return *number;
  if (auto const* truth = std::get_if<bool>(&value)) return *truth;
  if (auto const* map = std::get_if<sdk::TextMap>(&value)) {
    json::object object;
    for (auto const& [key, item] : *map) object.emplace(key, item);
    return object;
  }
  json::array array;
  for (auto const& item : std::get<sdk::TextList>(value)) array.emplace_back(item);
  return array;
}

std::optional<Value> value_of(json::value const& stored, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      if (!stored.is_int64()) return std::nullopt;
      return stored.get_int64();
    case ColumnType::boolean:
      if (!stored.is_bool()) return std::nullopt;
      return stored.get_bool();
    case ColumnType::map: {
      sdk::TextMap map;
      if (!stored.is_object()) return std::nullopt;
      for (auto const& [key, item] : stored.get_object()) {
        if (!item.is_string()) return std::nullopt;
        map.emplace(std::string(key), std::string(item.get_string()));
      }
      return map;
    }
    case ColumnType::list: {
      sdk::TextList list;
      if (!stored.is_array()) return std::nullopt;
      for (auto const& item : stored.get_array()) {
        if (!item.is_string()) return std::nullopt;
        list.emplace_back(item.get_string());
      }
      return list;
    }
    case ColumnType::text:
    case ColumnType::document:
      break;
  }
  if (!stored.is_string()) return std::nullopt;
  return std::string(stored.get_string());
}

}  // namespace

void Record::set(sdk::Column const& column, Value const& value) {
  if (value == sdk::checks::default_of(column.type))
    columns.erase(column.name);
  else
    columns.insert_or_assign(column.name, json_of(value));
}

Value Record::get(sdk::Column const& column) const {
  auto const* stored = columns.if_contains(column.name);
  auto value = stored == nullptr ? std::nullopt : value_of(*stored, column.type);
  return value ? std::move(*value) : sdk::checks::default_of(column.type);
}

std::string_view Record::text(std::string_view column) const {
  auto const* stored = columns.if_contains(column);
  return stored != nullptr && stored->is_string() ? std::string_view(stored->get_string()) : std::string_view();
}

std::string encode(Record const& record) {
  json::object object{
      {"created", record.created_ms}, {"updated", record.updated_ms}, {"ops", record.ops}, {"columns", record.columns}};
  auto text = json::serialize(object);
  return text.size() < compress_from ? text : deflate(text);
}

std::optional<Record> decode(std::string_view bytes) {
  std::string inflated;
  if (!bytes.starts_with('{')) {
    auto text = inflate(bytes, longest_record);
    if (!text) return std::nullopt;
    inflated = std::move(*text);
    bytes = inflated;
  }
  boost::system::error_code failed;
  auto value = json::parse(bytes, failed);
  auto* const object = failed ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  auto const number = [&](std::string_view name) -> std::optional<std::int64_t> {
    auto const* member = object->if_contains(name);
    return member != nullptr && member->is_int64() ? std::optional(member->get_int64()) : std::nullopt;
  };
  auto const created = number("created"), updated = number("updated");
  auto const* ops = object->if_contains("ops");
  auto* const columns = object->if_contains("columns");
  if (!created || !updated || ops == nullptr || !ops->is_string() || columns == nullptr || !columns->is_object())
    return std::nullopt;
  return Record{*created, *updated, std::string(ops->get_string()), std::move(columns->get_object())};
}

sdk::Row row_of(Record const& record, sdk::Table const& table, std::string_view id, sdk::Version version) {
  sdk::Row row;
  row.id = id;
  row.version = std::move(version);
  row.created_ms = record.created_ms;
  row.updated_ms = record.updated_ms;
  row.op = record.ops.substr(0, record.ops.find(' '));
  for (auto const& column : table.columns) row.columns.emplace(std::string(column.name), record.get(column));
  return row;
}

sdk::Version version_of(std::int64_t create_revision, std::int64_t number) {
  return {std::to_string(create_revision), number};
}

std::string deflate(std::string_view bytes) {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> const context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  auto const size = ZSTD_compress2(context.get(), frame.data(), frame.size(), bytes.data(), bytes.size());
  // Only for want of memory.
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();
  frame.resize(size);
  return frame;
}

std::optional<std::string> inflate(std::string_view frame, std::size_t longest) {
  auto const size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > longest) return std::nullopt;
  std::string bytes(size, '\0');
  auto const got = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return bytes;
}

}  // namespace conductor::plugins::etcd
