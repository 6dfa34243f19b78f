// How the columns of the contract lie in the tables of an original Conductor: as data, and the translation of a row.
#pragma once
#include "rows.hpp"

namespace conductor::plugins::music {

struct CompatColumn {
  std::string_view name;      // of the contract
  std::string_view original;  // in MUSIC; empty: beside the row
  std::string_view type;      // CQL
};

struct CompatTable {
  std::string_view name;  // of the contract
  std::vector<CompatColumn> columns;
  bool dated = false;  // has created and updated
};

// Null for a table that an original does not have.
CompatTable const* compat_table(sdk::Table const& table);
CompatColumn const* compat_column(sdk::Table const& table, std::string_view name);
// The owner column of the stage that a plan in this status is worked on in; empty for other statuses.
std::string_view owner_column(std::string_view status);

// `more`: what lies beside. `topic`: of a message, whose table tells it.
Stored decoded_compat(sdk::Table const& table, json::object const& columns, json::object const& more,
                      std::string_view topic);
// The value of a column of the contract as the original has it; documents are left to the caller.
json::value original_value(sdk::Table const& table, CompatColumn const& column, sdk::Row const& row);
// What lies beside the row; documents as texts by their columns.
json::object more_of(sdk::Table const& table, sdk::Row const& row, std::map<std::string, std::string> const& documents);
void number_compat(sdk::Table const& table, Stored& stored);
// `{}`, `null` and nothing all mean nothing.
std::string cleaned(std::string text);

}  // namespace conductor::plugins::music
