#include "core/store/entry.hpp"

#include "core/store/plans.hpp"
#include "core/store/unfinished.hpp"

#include <algorithm>
#include <array>

namespace conductor::store {

std::vector<sdk::Table const*> const& travelling_tables() {
  static auto const tables = [] {
    std::vector<sdk::Table const*> chosen;
    for (auto const& table : sdk::tables::all)
      if (table.name != sdk::tables::workers.name && table.name != sdk::tables::messages.name) chosen.push_back(&table);
    return chosen;
  }();
  return tables;
}

bool stays(std::string_view table, std::string_view id) {
  constexpr std::array own{std::string_view("installation"), std::string_view("created_ms"),
                           std::string_view("created_by"), unfinished_row};
  if (table == sdk::tables::plans.name) return id == "healthcheck";
  return table == sdk::tables::meta.name && std::find(own.begin(), own.end(), id) != own.end();
}

bool same_row(sdk::Table const& table, sdk::Row const& left, sdk::Row const& right, bool without_times) {
  if (left.id != right.id) return false;
  if (!without_times && (left.created_ms != right.created_ms || left.updated_ms != right.updated_ms)) return false;
  return std::all_of(table.columns.begin(), table.columns.end(), [&](sdk::Column const& column) {
    auto const one = left.columns.find(column.name), other = right.columns.find(column.name);
    if (one == left.columns.end() || other == right.columns.end()) return false;
    if (column.type != sdk::ColumnType::document) return one->second == other->second;
    // Generations differ from store to store.
    return left.text(column.name).empty() == right.text(column.name).empty();
  });
}

std::string name_of(Entry const& entry) { return entry.table + " '" + entry.row.id + "'"; }

sdk::Error failure_of(sdk::Outcome outcome, std::string const& text, std::string const& doing) {
  return error_of(outcome, text, doing);
}

}  // namespace conductor::store
