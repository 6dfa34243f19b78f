#include "core/store/entry_json.hpp"

#include "core/store/rows.hpp"

namespace conductor::store {

namespace json = boost::json;
using sdk::ColumnType;

namespace {

sdk::Error wrong(std::string text) { return {sdk::Errc::invalid, std::move(text)}; }

json::value value_json(sdk::Value const& value) {
  return std::visit(
      [](auto const& each) -> json::value {
        using T = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<T, sdk::TextMap>) {
          json::object object;
          for (auto const& [key, text] : each) object[key] = text;
          return object;
        } else if constexpr (std::is_same_v<T, sdk::TextList>) {
          json::array array;
          for (auto const& text : each) array.emplace_back(text);
          return array;
        } else {
          return json::value(each);
        }
      },
      value);
}

std::optional<std::string> text_of(json::value const& value) {
  auto const* text = value.if_string();
  return text == nullptr ? std::nullopt : std::optional(std::string(*text));
}

std::optional<sdk::Value> map_of(json::value const& value) {
  auto const* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  sdk::TextMap map;
  for (auto const& [key, each] : *object) {
    auto text = text_of(each);
    if (!text) return std::nullopt;
    map.emplace(key, std::move(*text));
  }
  return map;
}

std::optional<sdk::Value> list_of(json::value const& value) {
  auto const* array = value.if_array();
  if (array == nullptr) return std::nullopt;
  sdk::TextList list;
  for (auto const& each : *array) {
    auto text = text_of(each);
    if (!text) return std::nullopt;
    list.push_back(std::move(*text));
  }
  return list;
}

std::optional<sdk::Value> value_of(json::value const& value, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return value.is_int64() ? std::optional<sdk::Value>(value.get_int64()) : std::nullopt;
    case ColumnType::boolean:
      return value.is_bool() ? std::optional<sdk::Value>(value.get_bool()) : std::nullopt;
    case ColumnType::map:
      return map_of(value);
    case ColumnType::list:
      return list_of(value);
    case ColumnType::text:
    case ColumnType::document:
      break;
  }
  if (auto text = text_of(value)) return std::move(*text);
  return std::nullopt;
}

sdk::Result<sdk::Values> columns_of(json::object const& object, sdk::Table const& table) {
  sdk::Values columns;
  for (auto const& [name, each] : object) {
    auto const* column = table.column(name);
    if (column == nullptr)
      return wrong("table " + std::string(table.name) + " has no column '" + std::string(name) +
                   "' here; a newer version wrote it");
    auto value = value_of(each, column->type);
    if (!value) return wrong("column '" + std::string(name) + "' has a value of another type");
    columns.emplace(std::string(name), std::move(*value));
  }
  return columns;
}

sdk::Result<std::vector<std::pair<std::string, std::size_t>>> lengths_of(json::value const* documents,
                                                                         sdk::Table const& table) {
  std::vector<std::pair<std::string, std::size_t>> lengths;
  if (documents == nullptr) return lengths;
  auto const* object = documents->if_object();
  if (object == nullptr) return wrong("documents are no object");
  for (auto const& [name, length] : *object) {
    auto const* column = table.column(name);
    constexpr std::int64_t longest = std::int64_t{1} << 30U;
    if (column == nullptr || column->type != ColumnType::document || !length.is_int64() || length.get_int64() < 0 ||
        length.get_int64() > longest)
      return wrong("'" + std::string(name) + "' is no document of table " + std::string(table.name));
    lengths.emplace_back(std::string(name), static_cast<std::size_t>(length.get_int64()));
  }
  return lengths;
}

json::value const* member(json::object const& object, std::string_view name) { return object.if_contains(name); }

std::int64_t number_of(json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool flag_of(json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

json::object entry_json(Entry const& entry) {
  json::object line{{"table", entry.table}, {"id", entry.row.id}};
  if (entry.late) line["late"] = true;
  if (entry.removed) {
    line["removed"] = true;
    return line;
  }
  line["created_ms"] = entry.row.created_ms;
  line["updated_ms"] = entry.row.updated_ms;
  json::object columns;
  for (auto const& [name, value] : entry.row.columns) columns[name] = value_json(value);
  line["columns"] = std::move(columns);
  json::object documents;
  for (auto const& [name, bytes] : entry.documents) documents[name] = static_cast<std::int64_t>(bytes.size());
  if (!documents.empty()) line["documents"] = std::move(documents);
  return line;
}

sdk::Result<EntryLine> entry_of(json::value const& line) {
  auto const* object = line.if_object();
  auto const* name = object == nullptr ? nullptr : member(*object, "table");
  auto const* id = object == nullptr ? nullptr : member(*object, "id");
  if (name == nullptr || !name->is_string() || id == nullptr || !id->is_string())
    return wrong("a row without table and id");
  auto const* table = sdk::find_table(std::string_view(name->get_string()));
  if (table == nullptr)
    return wrong("there is no table '" + std::string(name->get_string()) + "' here; a newer version wrote it");
  EntryLine result;
  result.entry.table = table->name;
  result.entry.late = flag_of(*object, "late");
  result.entry.removed = flag_of(*object, "removed");
  result.entry.row.id = id->get_string();
  if (result.entry.removed) return result;
  auto const* columns = member(*object, "columns");
  if (columns == nullptr || !columns->is_object()) return wrong("a row without columns");
  auto values = columns_of(columns->get_object(), *table);
  if (!values) return values.error();
  result.entry.row = inserted_row(*table, result.entry.row.id, *values, {}, number_of(*object, "created_ms"), {});
  result.entry.row.updated_ms = number_of(*object, "updated_ms");
  auto lengths = lengths_of(member(*object, "documents"), *table);
  if (!lengths) return lengths.error();
  result.lengths = std::move(*lengths);
  return result;
}

}  // namespace conductor::store
