#include "blobs.hpp"
#include "failure.hpp"
#include "rows.hpp"

#include <boost/crc.hpp>

namespace conductor::plugins::sqlite {

namespace {
// Covers the place of the part too, so that exchanged parts are noticed.
std::int64_t checksum(std::string_view bytes, std::size_t part, std::size_t parts) {
  boost::crc_32_type sum;
  std::uint64_t const place[] = {part, parts};
  sum.process_bytes(place, sizeof place);
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}
constexpr std::string_view same_blob = R"( WHERE "tbl" = ? AND "id" = ? AND "kind" = ? AND "gen" = ?)";
}  // namespace

void put_parts(Transaction& transaction, BlobName const& name, std::string_view generation, std::size_t first,
               std::size_t parts, std::string_view bytes) {
  if (first == 0) loosen_blob(transaction.connection, name, generation, transaction.now_ms);
  std::size_t part = first;
  do {
    auto const piece = bytes.substr(0, part_bytes);
    auto statement = transaction.connection.use(R"(INSERT OR REPLACE INTO "blobs" VALUES(?, ?, ?, ?, ?, ?, ?, ?))");
    statement.bind(name.table, name.id, name.kind, generation, static_cast<std::int64_t>(part),
                   static_cast<std::int64_t>(parts), checksum(piece, part, parts));
    statement.add_bytes(piece);
    statement.run();
    bytes.remove_prefix(piece.size());
    ++part;
  } while (!bytes.empty());
}

sdk::Read<std::string> read_blob(Connection& connection, BlobName const& name, std::string_view generation) {
  std::string const shown = std::string(name.table) + " '" + std::string(name.id) + "' " + std::string(name.kind) +
                            ", generation " + std::string(generation);
  auto statement = connection.use(std::string(R"(SELECT "part", "parts", "sum", "body" FROM "blobs")") +
                                  std::string(same_blob) + R"( ORDER BY "part")");
  statement.bind(name.table, name.id, name.kind, generation);
  sdk::Read<std::string> result;
  std::int64_t expected = 0, parts = 0;
  while (statement.step()) {
    parts = statement.integer(1);
    auto const body = statement.text(3);
    auto const sum = checksum(body, static_cast<std::size_t>(expected), static_cast<std::size_t>(parts));
    if (statement.integer(0) != expected || statement.integer(2) != sum)
      return failed<sdk::Read<std::string>>(
          sdk::Outcome::corrupt, "store/sqlite: document of " + shown + " is damaged; restore it from a backup");
    if (expected++ == 0) result.value.reserve(static_cast<std::size_t>(parts) * part_bytes);
    result.value += body;
  }
  if (expected == 0) return failed<sdk::Read<std::string>>(sdk::Outcome::not_found, "no document " + shown);
  if (expected != parts)
    return failed<sdk::Read<std::string>>(
        sdk::Outcome::corrupt, "store/sqlite: document of " + shown + " lacks parts; restore it from a backup");
  result.outcome = sdk::Outcome::ok;
  return result;
}

void loosen_blob(Connection& connection, BlobName const& name, std::string_view generation, std::int64_t now_ms) {
  auto statement = connection.use(R"(INSERT OR IGNORE INTO "loose" VALUES(?, ?, ?, ?, ?))");
  statement.bind(name.table, name.id, name.kind, generation, now_ms).run();
}

void hold_blob(Connection& connection, BlobName const& name, std::string_view generation) {
  auto statement = connection.use(R"(DELETE FROM "loose")" + std::string(same_blob));
  statement.bind(name.table, name.id, name.kind, generation).run();
}

std::vector<LooseBlob> loose_blobs(Connection& connection, std::int64_t before_ms, std::size_t limit) {
  std::vector<LooseBlob> blobs;
  auto statement =
      connection.use(R"(SELECT "tbl", "id", "kind", "gen" FROM "loose" WHERE "at_ms" <= ? ORDER BY "at_ms" LIMIT ?)");
  statement.bind(before_ms, static_cast<std::int64_t>(limit));
  while (statement.step())
    blobs.push_back({std::string(statement.text(0)), std::string(statement.text(1)), std::string(statement.text(2)),
                     std::string(statement.text(3))});
  return blobs;
}

bool free_blob(Connection& connection, LooseBlob const& blob) {
  bool in_use = false;
  {
    auto row = connection.use("SELECT " + quote(blob.kind) + " FROM " + quote(blob.table) + R"( WHERE "id" = ?)");
    row.bind(blob.id);
    in_use = row.step() && row.text(0) == blob.generation;
  }
  if (!in_use) {
    auto statement = connection.use(R"(DELETE FROM "blobs")" + std::string(same_blob));
    statement.bind(blob.table, blob.id, blob.kind, blob.generation).run();
  }
  hold_blob(connection, {blob.table, blob.id, blob.kind}, blob.generation);
  return !in_use;
}

}  // namespace conductor::plugins::sqlite
