#include "events.hpp"
#include "history.hpp"

#include <charconv>

namespace conductor::plugins::sqlite {

LoggedEvent append_put(Connection& connection, std::string_view table, std::string_view id, std::int64_t version,
                       std::int64_t now_ms) {
  auto statement = connection.use(R"(INSERT INTO "events"("tbl", "id", "kind", "ver", "at_ms") VALUES(?, ?, 0, ?, ?))");
  statement.bind(table, id, version, now_ms).run();
  return {connection.last_row(), std::string(table), std::string(id), false, version};
}

LoggedEvent append_remove(Connection& connection, std::string_view table, std::string_view id, std::int64_t version,
                          std::int64_t now_ms, std::string_view ops) {
  auto statement =
      connection.use(R"(INSERT INTO "events"("tbl", "id", "kind", "ver", "at_ms", "ops") VALUES(?, ?, 1, ?, ?, ?))");
  statement.bind(table, id, version, now_ms, ops).run();
  return {connection.last_row(), std::string(table), std::string(id), true, version};
}

std::optional<Removed> removed_with(Connection& connection, std::string_view table, std::string_view id,
                                    std::string_view op) {
  auto statement =
      connection.use(R"(SELECT "ops", "ver" FROM "events" WHERE "kind" = 1 AND "tbl" = ? AND "id" = ? ORDER BY "seq")");
  statement.bind(table, id);
  while (statement.step())
    if (op_age(statement.text(0), op)) return Removed{std::string(statement.text(0)), statement.integer(1)};
  return std::nullopt;
}

std::int64_t newest_event(Connection& connection) { return connection.single(R"(SELECT max("seq") FROM "events")"); }

std::int64_t oldest_event(Connection& connection) {
  auto const oldest = connection.single(R"(SELECT min("seq") FROM "events")");
  return oldest == 0 ? 1 : oldest;
}

std::vector<LoggedEvent> events_after(Connection& connection, std::int64_t seq, std::size_t limit) {
  std::vector<LoggedEvent> events;
  auto statement = connection.use(
      R"(SELECT "seq", "tbl", "id", "kind", "ver" FROM "events" WHERE "seq" > ? ORDER BY "seq" LIMIT ?)");
  statement.bind(seq, static_cast<std::int64_t>(limit));
  while (statement.step())
    events.push_back({statement.integer(0), std::string(statement.text(1)), std::string(statement.text(2)),
                      statement.integer(3) == 1, statement.integer(4)});
  return events;
}

void trim_events(Connection& connection, std::int64_t now_ms) {
  auto const newest = newest_event(connection);
  {
    auto by_number = connection.use(R"(DELETE FROM "events" WHERE "seq" <= ?)");
    by_number.bind(newest - kept_events).run();
  }
  auto const oldest = oldest_event(connection);
  auto by_age = connection.use(R"(DELETE FROM "events" WHERE "seq" BETWEEN ? AND ? AND "at_ms" < ?)");
  by_age.bind(oldest, std::min(oldest + 2000, newest - 1), now_ms - kept_ms).run();
}

std::string cursor_text(std::string const& installation, std::int64_t seq) {
  return installation + ":" + std::to_string(seq);
}

std::optional<std::int64_t> cursor_seq(std::string const& installation, std::string_view cursor) {
  if (!cursor.starts_with(installation + ":")) return std::nullopt;
  cursor.remove_prefix(installation.size() + 1);
  std::int64_t seq = 0;
  auto const [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), seq);
  if (error != std::errc() || end != cursor.data() + cursor.size() || seq < 0) return std::nullopt;
  return seq;
}

}  // namespace conductor::plugins::sqlite
