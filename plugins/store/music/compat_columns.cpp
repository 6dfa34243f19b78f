#include "compat_columns.hpp"
#include "compat_documents.hpp"
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/store_checks.hpp"

#include <algorithm>

namespace conductor::plugins::music {

using sdk::ColumnType;
using sdk::Row;
using sdk::Table;

namespace {

constexpr std::string_view text = "text", number = "bigint", count = "int", flag = "boolean", map = "map<text,text>",
                           list = "list<text>";

std::vector<CompatTable> const& all() {
  static std::vector<CompatTable> const tables{
      {"plans",
       {{"status", "status", text},
        {"name", "name", text},
        {"message", "message", text},
        {"timeout", "timeout", count},
        {"recommend_max", "recommend_max", text},
        {"template", "template", text},
        {"translation", "translation", text},
        {"solution", "solution", text},
        {"translation_owner", "translation_owner", text},
        {"translation_counter", "translation_counter", count},
        {"translation_begin_timestamp", "translation_begin_timestamp", number},
        {"solver_owner", "solver_owner", text},
        {"solver_counter", "solver_counter", count},
        {"reservation_owner", "reservation_owner", text},
        {"reservation_counter", "reservation_counter", count}},
       true},
      {"messages",
       {{"method", "method", text},
        {"args", "args", text},
        {"status", "status", text},
        {"claim", "owner", text},
        {"reply", "response", text},
        {"error", "failure", text}},
       true},
      {"order_locks",
       {{"plans", "plans", map},
        {"is_spinup_completed", "is_spinup_completed", flag},
        {"spinup_completed_timestamp", "spinup_completed_timestamp", number}}},
      {"order_locks_history",
       {{"conflict_id", "conflict_id", text},
        {"plans", "plans", map},
        {"is_spinup_completed", "is_spinup_completed", flag},
        {"spinup_completed_timestamp", "spinup_completed_timestamp", number}}},
      {"region_placeholders", {{"region_name", "region_name", text}, {"countries", "countries", map}}},
      {"country_latency", {{"country_name", "country_name", text}, {"groups", "groups", list}}},
      {"groups", {{"group", "group", text}, {"countries", "countries", map}}},
      {"group_rules", {{"group", "group", text}, {"rule", "rule", map}}},
      {"triage_tool",
       {{"name", "name", text},
        {"optimization_type", "optimization_type", text},
        {"triage_solver", "triage_solver", text},
        {"triage_translator", "triage_translator", text}}}};
  return tables;
}

bool is_plans(Table const& table) { return table.name == sdk::tables::plans.name; }

constexpr std::string_view owners[] = {"translation_owner", "solver_owner", "reservation_owner"};

// An owner of ours is a claim token; another's stands as it is.
void split_owners(Row& row) {
  auto const working = owner_column(row.text("status"));
  for (auto const name : owners) {
    auto& owner = std::get<std::string>(row.columns.find(name)->second);
    owner = cleaned(std::move(owner));
    if (name == working) row.columns["claim"] = owner;
    owner = sdk::claim_owner(owner);
  }
}

}  // namespace

CompatTable const* compat_table(Table const& table) {
  auto const found =
      std::find_if(all().begin(), all().end(), [&](CompatTable const& one) { return one.name == table.name; });
  return found == all().end() ? nullptr : &*found;
}

CompatColumn const* compat_column(Table const& table, std::string_view name) {
  auto const& columns = compat_table(table)->columns;
  auto const found =
      std::find_if(columns.begin(), columns.end(), [&](CompatColumn const& one) { return one.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::string_view owner_column(std::string_view status) {
  if (status == "translating") return owners[0];
  if (status == "solving") return owners[1];
  return status == "reserving" ? owners[2] : std::string_view();
}

std::string cleaned(std::string value) { return value == "{}" || value == "null" ? std::string() : value; }

Stored decoded_compat(Table const& table, json::object const& columns, json::object const& more,
                      std::string_view topic) {
  Stored stored;
  auto& row = stored.row;
  row.id = text_in(columns, "id");
  row.created_ms = integer_in(columns, "created");
  row.updated_ms = integer_in(columns, "updated");
  row.op = text_in(more, "op");
  for (auto const& column : table.columns) {
    auto const* const original = compat_column(table, column.name);
    auto const* const value =
        original != nullptr ? columns.if_contains(original->original) : more.if_contains(column.name);
    auto& kept = row.columns[std::string(column.name)];
    kept = from_json(column.type, value == nullptr ? json::value() : *value);
    if (column.type == ColumnType::document) kept = generation_of(std::get<std::string>(kept));
  }
  if (table.name == sdk::tables::messages.name) {
    row.columns["topic"] = std::string(topic);
    row.columns["claim"] = cleaned(row.text("claim"));
  }
  if (is_plans(table)) split_owners(row);
  number_compat(table, stored);
  return stored;
}

json::value original_value(Table const& table, CompatColumn const& column, Row const& row) {
  if (is_plans(table) && column.name == owner_column(row.text("status"))) return json::value(row.text("claim"));
  return to_json(row.columns.find(column.name)->second);
}

json::object more_of(Table const& table, Row const& row, std::map<std::string, std::string> const& documents) {
  json::object more{{"op", row.op}};
  for (auto const& column : table.columns) {
    bool const tells_itself = column.name == "topic" || (is_plans(table) && column.name == "claim");
    if (tells_itself || compat_column(table, column.name) != nullptr) continue;
    if (column.type != ColumnType::document)
      more[column.name] = to_json(row.columns.find(column.name)->second);
    else if (auto const found = documents.find(std::string(column.name)); found != documents.end())
      more[column.name] = found->second;
  }
  return more;
}

void number_compat(Table const& table, Stored& stored) {
  auto& row = stored.row;
  if (compat_table(table)->dated) {
    row.version = {std::to_string(row.created_ms), row.updated_ms};
    return;
  }
  std::string whole;
  for (auto const& [name, value] : row.columns) whole.append(json::serialize(to_json(value))).append(1, '\n');
  std::uint64_t sum = 14695981039346656037U;  // FNV-1a
  for (char const c : whole) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
  row.version = {"sum", static_cast<std::int64_t>(sum >> 1U)};
}

}  // namespace conductor::plugins::music
