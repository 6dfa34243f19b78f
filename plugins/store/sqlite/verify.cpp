#include "verify.hpp"
#include "rows.hpp"

namespace conductor::plugins::sqlite {

namespace {

constexpr std::size_t most_faults = 100;

void check_pages(Connection& connection, sdk::TextList& faults) {
  auto statement = connection.use("PRAGMA integrity_check(100)");
  while (faults.size() < most_faults && statement.step())
    if (auto const found = statement.text(0); found != "ok") faults.push_back("the file: " + std::string(found));
}

// Documents that no row refers to and that are not listed to be freed: they would stay for ever.
void check_documents(Connection& connection, sdk::Table const& table, std::string_view column, sdk::TextList& faults) {
  std::string const sql = R"(SELECT b."id", b."gen" FROM "blobs" b LEFT JOIN )" + quote(table.name) +
                          R"( r ON r."id" = b."id" WHERE b."tbl" = ? AND b."kind" = ? AND (r."id" IS NULL OR r.)" +
                          quote(column) +
                          R"( <> b."gen") AND NOT EXISTS (SELECT 1 FROM "loose" l WHERE l."tbl" = b."tbl" AND )"
                          R"(l."id" = b."id" AND l."kind" = b."kind" AND l."gen" = b."gen") )"
                          R"(GROUP BY b."id", b."gen" LIMIT 100)";
  auto statement = connection.use(sql);
  statement.bind(table.name, column);
  while (faults.size() < most_faults && statement.step()) {
    std::string fault("document ");
    fault.append(statement.text(1)).append(" (").append(column).append(") of ").append(table.name);
    fault.append(" '").append(statement.text(0)).append("' belongs to no row and would never be freed");
    faults.push_back(std::move(fault));
  }
}

}  // namespace

sdk::TextList faults_of(Connection& connection) {
  sdk::TextList faults;
  check_pages(connection, faults);
  for (auto const& table : sdk::tables::all)
    for (auto const& column : table.columns)
      if (column.type == sdk::ColumnType::document) check_documents(connection, table, column.name, faults);
  return faults;
}

}  // namespace conductor::plugins::sqlite
