#include "schema.hpp"
#include "rows.hpp"

#include <array>
#include <fstream>
#include <set>

namespace conductor::plugins::sqlite {

namespace {

constexpr char other_tables[] =
    // What the contract's rows do not show. `blobs.part` counts from 0; `loose` names the generations that no row
    // refers to: just written, replaced, or of removed rows. Kinds of events: 0 put, 1 remove; `ops` only of removals.
    R"(
CREATE TABLE IF NOT EXISTS "blobs"("tbl" TEXT NOT NULL, "id" TEXT NOT NULL, "kind" TEXT NOT NULL, "gen" TEXT NOT NULL,
  "part" INTEGER NOT NULL, "parts" INTEGER NOT NULL, "sum" INTEGER NOT NULL, "body" BLOB NOT NULL,
  PRIMARY KEY("tbl", "id", "kind", "gen", "part")) STRICT;
CREATE TABLE IF NOT EXISTS "loose"("tbl" TEXT NOT NULL, "id" TEXT NOT NULL, "kind" TEXT NOT NULL, "gen" TEXT NOT NULL,
  "at_ms" INTEGER NOT NULL, PRIMARY KEY("tbl", "id", "kind", "gen")) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS "loose_age" ON "loose"("at_ms");
CREATE TABLE IF NOT EXISTS "events"("seq" INTEGER NOT NULL PRIMARY KEY, "tbl" TEXT NOT NULL, "id" TEXT NOT NULL,
  "kind" INTEGER NOT NULL, "ver" INTEGER NOT NULL, "at_ms" INTEGER NOT NULL, "ops" TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX IF NOT EXISTS "events_removed" ON "events"("tbl", "id") WHERE "kind" = 1;
)";

// What earlier schemas had in place of other things.
constexpr char dropped[] = R"(DROP INDEX IF EXISTS "plans_open"; DROP INDEX IF EXISTS "plans_final";)";  // before 1001

int version_of(Connection& connection) { return static_cast<int>(connection.single("PRAGMA user_version")); }

std::set<std::string, std::less<>> columns_of(Connection& connection, sdk::Table const& table) {
  std::set<std::string, std::less<>> names;
  auto statement = connection.use("SELECT name FROM pragma_table_info(?)");
  statement.bind(table.name);
  while (statement.step()) names.emplace(statement.text(0));
  return names;
}

void complete(Connection& connection, sdk::Table const& table) {
  auto const& sql = sql_of(table);
  connection.execute(sql.create.front().c_str());
  auto const present = columns_of(connection, table);
  for (auto const& column : table.columns)
    if (!present.contains(column.name))
      connection.execute(("ALTER TABLE " + quote(table.name) + " ADD COLUMN " + declaration(column)).c_str());
  for (std::size_t i = 1; i < sql.create.size(); ++i) connection.execute(sql.create[i].c_str());
}

void put_meta(Connection& connection, std::string_view id, std::string_view value, std::int64_t now_ms,
              std::string_view op) {
  auto statement = connection.use(
      R"(INSERT INTO "meta"("id", "inc", "ver", "created_ms", "updated_ms", "ops", "value") VALUES(?, ?, 1, ?, ?, ?, ?))"
      R"( ON CONFLICT("id") DO NOTHING)");
  statement.bind(id, now_ms, now_ms, now_ms, op, value).run();
}

std::string refusal(std::filesystem::path const& file, std::string const& why) {
  return "store/sqlite: " + file.string() + " " + why + "; nothing was changed, set [sqlite] path to another file";
}

}  // namespace

void migrate(Connection& connection, std::int64_t now_ms, std::string const& fresh_id) {
  for (auto const& table : sdk::tables::all) complete(connection, table);
  connection.execute(other_tables);
  connection.execute(dropped);
  put_meta(connection, "installation", fresh_id, now_ms, fresh_id);
  put_meta(connection, "created_ms", std::to_string(now_ms), now_ms, fresh_id);
  put_meta(connection, "created_by", "store/sqlite, schema " + std::to_string(sdk::store_schema_version), now_ms,
           fresh_id);
  std::string const marks = "PRAGMA application_id=" + std::to_string(application_id) +
                            "; PRAGMA user_version=" + std::to_string(sdk::store_schema_version);
  connection.execute(marks.c_str());
}

std::optional<std::int64_t> header_application_id(std::filesystem::path const& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 72> header{};
  if (!stream.read(header.data(), header.size()) ||
      !std::string_view(header.data(), header.size()).starts_with("SQLite format 3"))
    return std::nullopt;
  std::int64_t id = 0;
  for (std::size_t i = 68; i < 72; ++i) id = id << 8U | static_cast<unsigned char>(header[i]);
  return id;
}

std::optional<std::string> foreign(Connection& connection, std::filesystem::path const& file) {
  // One statement, one snapshot: another process may be making the tables at this moment.
  auto facts = connection.use(
      "SELECT (SELECT count(*) FROM sqlite_schema), (SELECT application_id FROM pragma_application_id), "
      "(SELECT user_version FROM pragma_user_version)");
  facts.step();
  auto const tables = facts.integer(0), id = facts.integer(1), version = facts.integer(2);
  if (id != application_id) {
    if (id == 0 && tables == 0) return std::nullopt;
    return refusal(file, "belongs to another product (application id " + std::to_string(id) + ", expected " +
                             std::to_string(application_id) + ")");
  }
  if (version / 1000 != sdk::store_schema_version / 1000)
    return refusal(file, "has schema version " + std::to_string(version) +
                             ", this program knows those of major version " +
                             std::to_string(sdk::store_schema_version / 1000) +
                             ": install the version of conductor that wrote it");
  return std::nullopt;
}

Schema ensure(Connection& connection, std::filesystem::path const& file, std::int64_t now_ms,
              std::string const& fresh_id) {
  if (auto why = foreign(connection, file)) return {0, why};
  if (auto const version = version_of(connection); version >= sdk::store_schema_version) return {version, {}};
  connection.execute("BEGIN IMMEDIATE");
  try {
    // Another process may have been faster.
    if (auto why = foreign(connection, file)) {
      connection.execute("ROLLBACK");
      return {0, why};
    }
    if (version_of(connection) < sdk::store_schema_version) migrate(connection, now_ms, fresh_id);
    int const version = version_of(connection);
    connection.execute("COMMIT");
    return {version, {}};
  } catch (SqlError const&) {
    if (connection.in_transaction()) connection.execute("ROLLBACK");
    throw;
  }
}

std::string installation(Connection& connection) {
  auto statement = connection.use(R"(SELECT "value" FROM "meta" WHERE "id" = 'installation')");
  return statement.step() ? std::string(statement.text(0).substr(0, 8)) : std::string();
}

}  // namespace conductor::plugins::sqlite
