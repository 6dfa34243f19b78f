#include "cassandra.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::simulators::music {

namespace {

// Reserved words of CQL that nobody may use for a column without quotes, which MUSIC does not write.
constexpr std::string_view reserved[] = {
    "add",          "allow",    "alter",    "and",    "apply",   "asc",    "authorize", "batch", "begin",
    "by",           "create",   "delete",   "desc",   "drop",    "from",   "grant",     "if",    "in",
    "index",        "insert",   "into",     "is",     "limit",   "modify", "not",       "null",  "of",
    "on",           "or",       "order",    "schema", "select",  "set",    "table",     "to",    "token",
    "columnfamily", "truncate", "unlogged", "update", "use",     "using",  "view",      "where", "with",
    "full",         "keyspace", "primary",  "rename", "replace", "revoke", "entries"};

bool is_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  if (std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved)) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_type(std::string_view type) {
  for (std::string_view const known : {"text", "bigint", "int", "boolean", "map<text,text>", "list<text>"})
    if (type == known) return true;
  return false;
}

// Java's print form, in which MUSIC binds what is no text.
std::string java_text(json::value const& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_null()) return "null";
  std::string text;
  if (auto const* object = value.if_object()) {
    for (auto const& [key, item] : *object)
      text.append(text.empty() ? "" : ", ").append(key).append("=").append(java_text(item));
    return text.insert(0, 1, '{').append(1, '}');
  }
  if (auto const* array = value.if_array()) {
    for (auto const& item : *array) text.append(text.empty() ? "" : ", ").append(java_text(item));
    return text.insert(0, 1, '[').append(1, ']');
  }
  return json::serialize(value);
}

json::value read_form(json::value const& stored, std::string const& type) {
  if (!stored.is_null()) return stored;
  if (type == "bigint" || type == "int") return 0;
  if (type == "boolean") return false;
  if (type.starts_with("map")) return json::object{};
  if (type.starts_with("list")) return json::array{};
  return nullptr;
}

bool is_live(StoredRow const& row) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [&](auto const& cell) { return cell.second.stamp > row.deleted; });
}

// Null when unset or deleted.
json::value const* visible(StoredRow const& row, std::string const& column) {
  auto const cell = row.cells.find(column);
  return cell != row.cells.end() && cell->second.stamp > row.deleted ? &cell->second.value : nullptr;
}

json::object columns_of(TableData const& table, std::string const& id, StoredRow const& row) {
  json::object columns;
  for (auto const& [name, type] : table.columns) {
    auto const* const value = visible(row, name);
    columns[name] = read_form(value != nullptr ? *value : json::value(), type);
  }
  columns[table.key] = id;
  return columns;
}

void leave_indexes(TableData& table, std::string const& id, StoredRow const& row) {
  for (auto& [column, ids] : table.indexes) {
    auto const* const value = visible(row, column);
    auto const place = value != nullptr ? ids.find(json::serialize(*value)) : ids.end();
    if (place == ids.end()) continue;
    place->second.erase(id);
    if (place->second.empty()) ids.erase(place);
  }
}

void enter_index(TableData& table, std::string const& column, std::string const& id, StoredRow const& row) {
  if (auto const* const value = visible(row, column)) table.indexes[column][json::serialize(*value)].insert(id);
}

// The slow replica learns of a row.
void apply(TableData& table, std::string const& id, StoredRow row) {
  auto const old = table.lagging.find(id);
  if (old != table.lagging.end()) leave_indexes(table, id, old->second);
  if (!is_live(row)) {
    if (old != table.lagging.end()) table.lagging.erase(old);
    return;
  }
  for (auto const& [column, ids] : table.indexes) enter_index(table, column, id, row);
  table.lagging.insert_or_assign(id, std::move(row));
}

// Ids of the rows to compare with all of `wanted`: by one index, where there is one.
std::vector<std::string> candidates(TableData const& table, std::map<std::string, json::value> const& wanted) {
  std::vector<std::string> ids;
  for (auto const& [column, value] : wanted) {
    auto const index = table.indexes.find(column);
    if (index == table.indexes.end()) continue;
    if (auto const found = index->second.find(json::serialize(value)); found != index->second.end())
      ids.assign(found->second.begin(), found->second.end());
    return ids;
  }
  if (auto const key = wanted.find(table.key); key != wanted.end()) return {std::string(key->second.as_string())};
  for (auto const& [id, row] : table.lagging) ids.push_back(id);
  return ids;
}

}  // namespace

bool Cassandra::create_keyspace(std::string const& name) {
  if (!is_name(name)) throw QueryError("line 1:16 no viable alternative at input '" + name + "'");
  return keyspaces_.try_emplace(name).second;
}

bool Cassandra::create_table(std::string const& keyspace, std::string const& table, json::object const& fields) {
  auto const found = keyspaces_.find(keyspace);
  if (found == keyspaces_.end()) throw QueryError("Keyspace '" + keyspace + "' does not exist");
  if (!is_name(table)) throw QueryError("line 1:13 no viable alternative at input '" + table + "'");
  if (found->second.contains(table)) return false;
  TableData made;
  for (auto const& [name, value] : fields) {
    auto const type = java_text(value);
    if (name == "PRIMARY KEY") {
      made.key = type;
      std::erase_if(made.key, [](char c) { return c == '(' || c == ')' || c == ' '; });
    } else if (!is_name(std::string_view(name)) || !is_type(type)) {
      throw QueryError("line 1:30 no viable alternative at input '" + std::string(name) + " " + type + "'");
    } else {
      made.columns[std::string(name)] = type;
    }
  }
  if (!made.columns.contains(made.key)) throw QueryError("No PRIMARY KEY specifed (exactly one required)");
  found->second.emplace(table, std::move(made));
  return true;
}

bool Cassandra::drop_table(std::string const& keyspace, std::string const& table) {
  auto const found = keyspaces_.find(keyspace);
  pending_.clear();
  return found != keyspaces_.end() && found->second.erase(table) != 0;
}

void Cassandra::create_index(std::string const& keyspace, std::string const& table, std::string const& column) {
  auto* const data = find(keyspace, table);
  if (data == nullptr) throw QueryError("unconfigured table " + table);
  if (!data->columns.contains(column)) throw QueryError("Undefined column name " + column);
  if (!data->indexes.try_emplace(column).second) return;
  for (auto const& [id, row] : data->lagging) enter_index(*data, column, id, row);
}

TableData* Cassandra::find(std::string const& keyspace, std::string const& table) {
  auto const space = keyspaces_.find(keyspace);
  if (space == keyspaces_.end()) return nullptr;
  auto const found = space->second.find(table);
  return found == space->second.end() ? nullptr : &found->second;
}

json::value Cassandra::converted(json::value const& value, std::string const& type) {
  if (type == "text") return json::value(java_text(value));
  if (type == "boolean") {
    auto text = java_text(value);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return text == "true";
  }
  if (type == "bigint" || type == "int") {
    auto const text = java_text(value);
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool const good = error == std::errc() && end == text.data() + text.size() && !text.empty();
    if (!good || (type == "int" && (number > INT32_MAX || number < INT32_MIN))) return nullptr;
    return number;
  }
  if (type.starts_with("map") && value.is_object()) {
    for (auto const& [key, item] : value.as_object())
      if (!item.is_string()) throw QueryError("Invalid value for CQL type map<text, text>, expecting varchar");
    return value;
  }
  if (type.starts_with("list") && value.is_array()) {
    for (auto const& item : value.as_array())
      if (!item.is_string()) throw QueryError("Invalid value for CQL type list<text>, expecting varchar");
    return value;
  }
  return nullptr;
}

void Cassandra::write(TableData& table, std::string const& id, json::object const& values, std::int64_t stamp) {
  std::map<std::string, Cell> cells;
  for (auto const& [name, value] : values) {
    auto const type = table.columns.find(std::string(name));
    if (type == table.columns.end()) throw QueryError("Undefined column name " + std::string(name));
    auto stored = converted(value, type->second);
    // An empty collection is no cell at all.
    if ((stored.is_object() && stored.as_object().empty()) || (stored.is_array() && stored.as_array().empty()))
      stored = nullptr;
    cells[std::string(name)] = {std::move(stored), stamp};
  }
  cells[table.key] = {json::value(id), stamp};
  auto& row = table.rows[id];
  for (auto& [name, cell] : cells) {
    auto& old = row.cells.try_emplace(name, Cell{nullptr, INT64_MIN}).first->second;
    if (cell.stamp >= old.stamp) old = std::move(cell);
  }
  replicate(table, id);
}

void Cassandra::erase(TableData& table, std::string const& id, std::int64_t stamp) {
  auto const found = table.rows.find(id);
  if (found == table.rows.end()) return;
  found->second.deleted = std::max(found->second.deleted, stamp);
  if (!is_live(found->second)) found->second.cells.clear();
  replicate(table, id);
}

void Cassandra::replicate(TableData& table, std::string const& id) {
  pending_.emplace_back(Clock::now() + lag_, Change{&table, id, table.rows[id]});
  if (lag_.count() == 0) catch_up();
}

// Applies what has become due to the slow replica.
void Cassandra::catch_up() {
  auto const now = Clock::now();
  while (!pending_.empty() && pending_.front().first <= now) {
    auto& change = pending_.front().second;
    apply(*change.table, change.id, std::move(change.row));
    pending_.pop_front();
  }
}

void Cassandra::set_lag(std::chrono::milliseconds lag) { lag_ = lag; }

std::optional<json::object> Cassandra::read(TableData& table, std::string const& id, bool strong) {
  catch_up();
  auto const& rows = strong ? table.rows : table.lagging;
  auto const found = rows.find(id);
  if (found == rows.end() || !is_live(found->second)) return std::nullopt;
  return columns_of(table, id, found->second);
}

std::vector<json::object> Cassandra::select(TableData& table, std::map<std::string, std::string> const& where) {
  for (auto const& [column, value] : where) {
    if (!table.columns.contains(column)) throw QueryError("Undefined column name " + column);
    if (column != table.key && !table.indexes.contains(column))
      throw QueryError(
          "Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. "
          "If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING");
  }
  std::map<std::string, json::value> wanted;
  for (auto const& [column, value] : where) wanted[column] = converted(json::value(value), table.columns[column]);
  catch_up();
  std::vector<json::object> found;
  for (auto const& id : candidates(table, wanted)) {
    auto const row = table.lagging.find(id);
    if (row == table.lagging.end()) continue;
    bool const matches = std::all_of(wanted.begin(), wanted.end(), [&](auto const& one) {
      auto const* const value = visible(row->second, one.first);
      return value != nullptr && *value == one.second;
    });
    if (matches) found.push_back(columns_of(table, id, row->second));
  }
  return found;
}

json::value Cassandra::cell(TableData const& table, std::string const& id, std::string const& column) const {
  auto const row = table.rows.find(id);
  auto const* const value = row != table.rows.end() ? visible(row->second, column) : nullptr;
  return value != nullptr ? *value : json::value();
}

json::value Cassandra::snapshot() const {
  json::object spaces;
  for (auto const& [keyspace, tables] : keyspaces_) {
    auto& space = spaces[keyspace].emplace_object();
    for (auto const& [name, table] : tables) {
      json::object columns, rows;
      for (auto const& [column, type] : table.columns) columns[column] = type;
      for (auto const& [id, row] : table.rows) {
        json::object cells;
        for (auto const& [column, cell] : row.cells) cells[column] = json::array{cell.value, cell.stamp};
        rows[id] = json::object{{"deleted", row.deleted}, {"cells", std::move(cells)}};
      }
      json::array indexes;
      for (auto const& [column, ids] : table.indexes) indexes.emplace_back(column);
      space[name] = json::object{{"columns", std::move(columns)},
                                 {"key", table.key},
                                 {"indexes", std::move(indexes)},
                                 {"rows", std::move(rows)}};
    }
  }
  return spaces;
}

void Cassandra::restore(json::value const& snapshot) {
  keyspaces_.clear();
  pending_.clear();
  for (auto const& [keyspace, tables] : snapshot.as_object()) {
    auto& space = keyspaces_[std::string(keyspace)];
    for (auto const& [name, saved] : tables.as_object()) {
      TableData table;
      for (auto const& [column, type] : saved.at("columns").as_object())
        table.columns[std::string(column)] = std::string(type.as_string());
      table.key = std::string(saved.at("key").as_string());
      for (auto const& index : saved.at("indexes").as_array()) table.indexes[std::string(index.as_string())];
      for (auto const& [id, row] : saved.at("rows").as_object()) {
        StoredRow stored;
        stored.deleted = row.at("deleted").as_int64();
        for (auto const& [column, cell] : row.at("cells").as_object())
          stored.cells[std::string(column)] = {cell.at(0), cell.at(1).as_int64()};
        apply(table, std::string(id), stored);
        table.rows[std::string(id)] = std::move(stored);
      }
      space[std::string(name)] = std::move(table);
    }
  }
}

}  // namespace conductor::simulators::music
