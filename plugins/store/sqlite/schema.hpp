// The file as a whole: whose it is, which version its tables have, and how they are made (contract 4.5). Tables and
// columns come from sdk::tables; steps within a major version only add, so one routine that adds what is missing serves
// as every minor migration.
#pragma once
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

#include <optional>

namespace conductor::plugins::sqlite {

inline constexpr std::int64_t application_id = 0x434E4452;  // "CNDR"

// Refuses a file of another product or of a newer major version; changes nothing. Throws SqlError.
std::optional<std::string> foreign(Connection& connection, std::filesystem::path const& file);
// The application id in the header of a file, without opening it as a database; nothing when it has no header yet.
std::optional<std::int64_t> header_application_id(std::filesystem::path const& file);

// Creates or completes the tables, all or nothing; no write when they are up to date. Returns the version. Throws
// SqlError; text: refused, as foreign() says.
struct Schema {
  int version = 0;
  std::optional<std::string> refusal;
};
Schema ensure(Connection& connection, std::filesystem::path const& file, std::int64_t now_ms,
              std::string const& fresh_id);

// The step itself, inside a transaction: adds the tables, columns and indexes that are missing.
void migrate(Connection& connection, std::int64_t now_ms, std::string const& fresh_id);

// A random text that two installations never share; part of event cursors.
std::string installation(Connection& connection);

}  // namespace conductor::plugins::sqlite
