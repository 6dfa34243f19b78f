#include "rows.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "history.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace conductor::plugins::sqlite {

namespace json = boost::json;
using sdk::Column;
using sdk::ColumnType;
using sdk::Table;

namespace {

constexpr std::string_view system_columns = R"("id", "inc", "ver", "created_ms", "updated_ms", "ops")";
// Plans of these statuses stay for long and are listed seldom; the others are what workers look for.
// Not IN (...): for each row that changes SQLite makes a table of such a list, once for each index.
constexpr std::string_view is_final = R"(("status" = 'done' OR "status" = 'error' OR "status" = 'not found'))",
                           is_open = R"("status" <> 'done' AND "status" <> 'error' AND "status" <> 'not found')",
                           not_health = R"("id" <> 'healthcheck')";

std::string name_list(Table const& table) {
  std::string names(system_columns);
  for (auto const& column : table.columns) names += ", " + quote(column.name);
  return names;
}

std::string create_index(Table const& table, std::string_view name, std::span<std::string_view const> by,
                         std::string_view where) {
  std::string sql = "CREATE INDEX IF NOT EXISTS " + quote(std::string(table.name) + "_" + std::string(name)) + " ON " +
                    quote(table.name) + "(";
  for (auto const column : by) sql += quote(column) + ", ";
  sql += R"("created_ms", "id"))";
  if (!where.empty()) sql += " WHERE " + std::string(where);
  return sql;
}

std::vector<std::string> create_texts(Table const& table) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + quote(table.name) +
                    R"(("id" TEXT NOT NULL PRIMARY KEY, "inc" INTEGER NOT NULL, "ver" INTEGER NOT NULL, )"
                    R"("created_ms" INTEGER NOT NULL, "updated_ms" INTEGER NOT NULL, "ops" TEXT NOT NULL)";
  for (auto const& column : table.columns) sql += ", " + declaration(column);
  std::vector<std::string> texts{sql + ") STRICT", create_index(table, "age", {}, "")};
  if (table.name == sdk::tables::plans.name) {
    std::string const rest = " AND " + std::string(not_health);
    texts.push_back(create_index(table, "unfinished", table.index, std::string(is_open) + rest));
    texts.push_back(create_index(table, "finished", table.index, std::string(is_final) + rest));
  } else if (!table.index.empty()) {
    texts.push_back(create_index(table, "list", table.index, ""));
  }
  return texts;
}

TableSql make(Table const& table) {
  TableSql sql;
  sql.table = &table;
  sql.create = create_texts(table);
  sql.select = "SELECT " + name_list(table) + " FROM " + quote(table.name);
  sql.by_id = sql.select + R"( WHERE "id" = ?)";
  std::string marks = "?";
  for (std::size_t i = 1; i < system_column::count + table.columns.size(); ++i) marks += ", ?";
  sql.insert = "INSERT INTO " + quote(table.name) + "(" + name_list(table) + ") VALUES(" + marks + ")";
  sql.remove = "DELETE FROM " + quote(table.name) + R"( WHERE "id" = ?)";
  sql.order = R"( ORDER BY "created_ms", "id" LIMIT ?)";
  return sql;
}

json::value parse_own(std::string_view text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error) throw SqlError(SQLITE_CORRUPT, "a map or list column holds text that is not JSON");
  return value;
}

sdk::TextMap map_of(std::string_view text) {
  sdk::TextMap map;
  if (text == "{}") return map;
  auto const parsed = parse_own(text);
  for (auto const& [key, item] : parsed.as_object())
    map.emplace_hint(map.end(), std::string(key), std::string(item.as_string()));
  return map;
}

sdk::TextList list_of(std::string_view text) {
  sdk::TextList list;
  if (text == "[]") return list;
  auto const parsed = parse_own(text);
  for (auto const& item : parsed.as_array()) list.emplace_back(item.as_string());
  return list;
}

std::string json_of(sdk::TextMap const& map) {
  json::object object;
  object.reserve(map.size());
  for (auto const& [key, item] : map) object.emplace(key, item);
  return json::serialize(object);
}

std::string json_of(sdk::TextList const& list) {
  json::array array;
  array.reserve(list.size());
  for (auto const& item : list) array.emplace_back(item);
  return json::serialize(array);
}

}  // namespace

std::string quote(std::string_view identifier) { return '"' + std::string(identifier) + '"'; }

std::string declaration(Column const& column) {
  std::string_view type = "TEXT NOT NULL DEFAULT ''";
  if (column.type == ColumnType::integer || column.type == ColumnType::boolean) type = "INTEGER NOT NULL DEFAULT 0";
  if (column.type == ColumnType::map) type = "TEXT NOT NULL DEFAULT '{}'";
  if (column.type == ColumnType::list) type = "TEXT NOT NULL DEFAULT '[]'";
  return quote(column.name) + " " + std::string(type);
}

TableSql const& sql_of(Table const& table) {
  static auto const all = [] {
    std::map<std::string_view, TableSql> texts;
    for (auto const& each : sdk::tables::all) texts.emplace(each.name, make(each));
    return texts;
  }();
  return all.find(table.name)->second;
}

std::string list_condition(Table const& table, sdk::Values const& where) {
  std::string sql;
  auto const add = [&](std::string_view term) { sql.append(sql.empty() ? " WHERE " : " AND ").append(term); };
  if (!where.empty())
    for (auto const column : table.index) add(quote(column) + " = ?");
  if (table.name == sdk::tables::plans.name) {
    add(not_health);
    if (auto const status = where.find("status"); status != where.end()) {
      auto const& text = std::get<std::string>(status->second);
      add(text == "done" || text == "error" || text == "not found" ? is_final : is_open);
    }
  }
  return sql;
}

void bind_value(Statement& statement, sdk::Value const& value, std::string& buffer) {
  if (auto const* text = std::get_if<std::string>(&value)) return statement.add(*text);
  if (auto const* number = std::get_if<std::int64_t>(&value)) return statement.add(*number);
  if (auto const* truth = std::get_if<bool>(&value)) return statement.add(*truth ? 1 : 0);
  auto const* map = std::get_if<sdk::TextMap>(&value);
  buffer = map != nullptr ? json_of(*map) : json_of(std::get<sdk::TextList>(value));
  statement.add(buffer);
}

sdk::Value value_at(Statement const& statement, int index, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return statement.integer(index);
    case ColumnType::boolean:
      return statement.integer(index) != 0;
    case ColumnType::map:
      return map_of(statement.text(index));
    case ColumnType::list:
      return list_of(statement.text(index));
    case ColumnType::text:
    case ColumnType::document:
      break;
  }
  return std::string(statement.text(index));
}

std::string incarnation_text(std::int64_t incarnation) {
  char digits[16];
  auto const end = std::to_chars(digits, digits + sizeof digits, static_cast<std::uint64_t>(incarnation), 16).ptr;
  return {digits, end};
}

sdk::Version read_version(Statement const& statement) {
  return {incarnation_text(statement.integer(system_column::incarnation)), statement.integer(system_column::version)};
}

sdk::Row read_row(Statement const& statement, Table const& table) {
  sdk::Row row;
  row.id = statement.text(system_column::id);
  row.version = read_version(statement);
  row.created_ms = statement.integer(system_column::created);
  row.updated_ms = statement.integer(system_column::updated);
  row.op = latest_op(statement.text(system_column::ops));
  int index = system_column::count;
  for (auto const& column : table.columns)
    row.columns.emplace(std::string(column.name), value_at(statement, index++, column.type));
  return row;
}

}  // namespace conductor::plugins::sqlite
