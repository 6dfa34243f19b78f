#include "lists.hpp"
#include "failure.hpp"
#include "rows.hpp"

#include <charconv>

namespace conductor::plugins::sqlite {

using sdk::Outcome;
using sdk::Read;
using sdk::Table;

namespace {

struct Position {
  std::int64_t created_ms = 0;
  std::string_view id;
};

std::optional<Position> position_of(std::string_view cursor) {
  Position position;
  auto const* const end = cursor.data() + cursor.size();
  auto const [stop, error] = std::from_chars(cursor.data(), end, position.created_ms);
  if (error != std::errc() || stop == end || *stop != ':') return std::nullopt;
  position.id = {stop + 1, static_cast<std::size_t>(end - stop - 1)};
  return position;
}

std::string cursor_of(sdk::Row const& row) { return std::to_string(row.created_ms) + ":" + row.id; }

void bind_where(Statement& statement, Table const& table, sdk::Values const& where, std::string& buffer) {
  if (where.empty()) return;
  for (auto const column : table.index) bind_value(statement, where.find(column)->second, buffer);
}

}  // namespace

Read<sdk::Row> read_one(Connection& connection, Table const& table, std::string_view id) {
  auto statement = connection.use(sql_of(table).by_id);
  statement.bind(id);
  if (!statement.step())
    return failed<Read<sdk::Row>>(Outcome::not_found,
                                  std::string(table.name) + " '" + std::string(id) + "' does not exist");
  return {Outcome::ok, read_row(statement, table), {}};
}

Read<std::vector<sdk::Row>> read_many(Connection& connection, Table const& table, std::span<std::string const> ids) {
  Read<std::vector<sdk::Row>> result;
  // One transaction: all rows as of the same moment.
  connection.use("BEGIN").run();
  try {
    for (auto const& id : ids)
      if (auto row = read_one(connection, table, id)) result.value.push_back(std::move(row.value));
  } catch (SqlError const&) {
    connection.execute("ROLLBACK");
    throw;
  }
  connection.use("COMMIT").run();
  result.outcome = Outcome::ok;
  return result;
}

Read<sdk::Page> read_page(Connection& connection, Table const& table, sdk::Values const& where,
                          std::optional<std::string> const& after, std::size_t limit) {
  auto const& texts = sql_of(table);
  std::string sql = texts.select + list_condition(table, where);
  std::optional<Position> start;
  if (after) {
    start = position_of(*after);
    if (!start)
      return failed<Read<sdk::Page>>(Outcome::invalid, "'" + *after + "' is no cursor of a list of this store");
    sql += sql.find(" WHERE ") == std::string::npos ? " WHERE " : " AND ";
    sql += R"(("created_ms", "id") > (?, ?))";
  }
  auto statement = connection.use(sql + texts.order);
  std::string buffer;
  bind_where(statement, table, where, buffer);
  if (start) statement.bind(start->created_ms, start->id);
  // One more than asked for tells whether this is the last page.
  statement.bind(static_cast<std::int64_t>(limit) + 1);
  Read<sdk::Page> result;
  auto& rows = result.value.rows;
  while (statement.step()) {
    if (rows.size() == limit) {
      result.value.cursor = cursor_of(rows.back());
      break;
    }
    rows.push_back(read_row(statement, table));
  }
  result.outcome = Outcome::ok;
  return result;
}

Read<std::int64_t> count_rows(Connection& connection, Table const& table, sdk::Values const& where) {
  auto statement = connection.use("SELECT count(*) FROM " + quote(table.name) + list_condition(table, where));
  std::string buffer;
  bind_where(statement, table, where, buffer);
  return {Outcome::ok, statement.step() ? statement.integer(0) : 0, {}};
}

Read<std::vector<sdk::WorkerInfo>> read_workers(Connection& connection) {
  auto const& table = sdk::tables::workers;
  Read<std::vector<sdk::WorkerInfo>> result;
  auto statement = connection.use(sql_of(table).select);
  while (statement.step()) {
    auto row = read_row(statement, table);
    result.value.push_back({row.id, row.integer("seq"), row.integer("ttl_ms"), row.map("info")});
  }
  result.outcome = Outcome::ok;
  return result;
}

}  // namespace conductor::plugins::sqlite
