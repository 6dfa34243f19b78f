// Rows as SQL: the texts of each table, made once from sdk::tables, and the conversion between columns and values.
// Maps and lists are JSON texts; a document is the generation of its blob.
#pragma once
#include "conductor/sdk/store.hpp"
#include "connection.hpp"

namespace conductor::plugins::sqlite {

// Columns that every row has, in the order in which they are selected, before those of the table.
namespace system_column {
enum : int { id, incarnation, version, created, updated, ops, count };
}

struct TableSql {
  sdk::Table const* table = nullptr;
  std::vector<std::string> create;  // table and indexes, IF NOT EXISTS
  std::string select;               // SELECT system columns, columns FROM table
  std::string by_id, insert, remove;
  std::string order;  // ORDER BY … LIMIT ? of a page
};

TableSql const& sql_of(sdk::Table const& table);

std::string quote(std::string_view identifier);
// `"name" TEXT NOT NULL DEFAULT ''`
std::string declaration(sdk::Column const& column);

// Appends the condition that selects the rows of a list. Repeats the terms of the partial indexes literally: the
// planner uses them only then.
std::string list_condition(sdk::Table const& table, sdk::Values const& where);

void bind_value(Statement& statement, sdk::Value const& value, std::string& buffer);
sdk::Value value_at(Statement const& statement, int index, sdk::ColumnType type);
// The row at which a statement made from TableSql::select stands.
sdk::Row read_row(Statement const& statement, sdk::Table const& table);
sdk::Version read_version(Statement const& statement);

// Incarnations are numbers here and opaque texts outside.
std::string incarnation_text(std::int64_t incarnation);

}  // namespace conductor::plugins::sqlite
