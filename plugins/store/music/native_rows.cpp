#include "native_rows.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "keys.hpp"

namespace conductor::plugins::music {

using sdk::Call;
using sdk::ColumnType;
using sdk::Table;

namespace {

// The place of removed rows; places of others begin with a dot.
constexpr std::string_view removed_place = "removed";

std::string place_of(Table const& table, sdk::Values const& columns) {
  std::string place;
  for (auto const column : table.index)
    place.append(1, '.').append(escaped(std::get<std::string>(columns.find(column)->second)));
  return place;
}

std::string_view cql_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return "bigint";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::map:
      return "map<text,text>";
    case ColumnType::list:
      return "list<text>";
    case ColumnType::text:
    case ColumnType::document:
      break;
  }
  return "text";
}

Stored decoded(Table const& table, json::object const& columns) {
  Stored stored;
  auto& row = stored.row;
  row.id = unescaped(text_in(columns, "id"));
  row.version = {text_in(columns, "inc"), integer_in(columns, "ver")};
  row.created_ms = integer_in(columns, "created");
  row.updated_ms = integer_in(columns, "updated");
  row.op = text_in(columns, "op");
  stored.ops = text_in(columns, "ops");
  stored.gone = boolean_in(columns, "gone");
  for (auto const& column : table.columns) {
    auto const* const value = columns.if_contains(column.name);
    row.columns[std::string(column.name)] = from_json(column.type, value == nullptr ? json::value() : *value);
  }
  return stored;
}

// A row that is being inserted may show to a replica in part; one without incarnation is none yet.
std::optional<Stored> first_of(Table const& table, std::vector<json::object> const& rows) {
  if (rows.empty()) return std::nullopt;
  auto stored = decoded(table, rows.front());
  if (stored.row.version.incarnation.empty()) return std::nullopt;
  return stored;
}

// The columns that every mutation writes.
json::object heads(Table const& table, Stored const& stored, std::string slot) {
  auto const& row = stored.row;
  json::object values{{"ver", row.version.number}, {"updated", row.updated_ms}, {"op", row.op},
                      {"ops", stored.ops},         {"gone", stored.gone},       {"slot", std::move(slot)}};
  if (!table.index.empty()) values["place"] = stored.gone ? std::string(removed_place) : place_of(table, row.columns);
  return values;
}

json::object whole(Table const& table, Stored const& stored, std::string slot) {
  auto values = heads(table, stored, std::move(slot));
  auto const& row = stored.row;
  values["id"] = escaped(row.id);
  values["inc"] = row.version.incarnation;
  values["created"] = row.created_ms;
  for (auto const& [name, value] : row.columns) values[name] = to_json(value);
  return values;
}

FoundMany failed(Answer const& answer) { return {answer.verdict, {}, answer.text}; }

}  // namespace

json::object NativeRows::fields(Table const& table) {
  json::object fields{{"id", "text"},        {"inc", "text"},       {"ver", "bigint"},
                      {"created", "bigint"}, {"updated", "bigint"}, {"op", "text"},
                      {"ops", "text"},       {"gone", "boolean"},   {"slot", "text"}};
  if (!table.index.empty()) fields["place"] = "text";
  for (auto const& column : table.columns) fields[column.name] = cql_type(column.type);
  fields["PRIMARY KEY"] = "(id)";
  return fields;
}

std::vector<std::string_view> NativeRows::indexes(Table const& table) {
  if (table.index.empty()) return {"slot"};
  return {"slot", "place"};
}

Found NativeRows::read(Call const& call, Table const& table, std::string_view id, sdk::Strength strength) {
  auto const key = escaped(id);
  if (strength == sdk::Strength::relaxed) {
    auto answer = wire_.select(call, spot(table), "id", key);
    if (!answer) return {answer.verdict, {}, std::move(answer.text)};
    // That one replica has no such row does not mean that there is none.
    if (auto stored = first_of(table, answer.rows)) return {Verdict::done, std::move(stored), {}};
  }
  auto answer = wire_.read(call, spot(table), key);
  if (!answer) return {answer.verdict, {}, std::move(answer.text)};
  return {Verdict::done, first_of(table, answer.rows), {}};
}

FoundMany NativeRows::read_each(Call const& call, Table const& table, std::span<std::string const> ids,
                                sdk::Strength strength) {
  std::vector<std::string> keys;
  for (auto const& id : ids) keys.push_back(escaped(id));
  auto const answers = strength == sdk::Strength::strong ? wire_.read_each(call, spot(table), keys)
                                                         : wire_.select_each(call, spot(table), "id", keys);
  FoundMany found;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) return failed(answers[i]);
    auto stored = first_of(table, answers[i].rows);
    if (!stored && strength == sdk::Strength::relaxed) {
      auto one = read(call, table, ids[i], sdk::Strength::strong);
      if (!one) return {one.verdict, {}, std::move(one.text)};
      stored = std::move(one.stored);
    }
    if (stored && !stored->gone) found.rows.push_back(std::move(*stored));
  }
  return found;
}

FoundMany NativeRows::list(Call const& call, Table const& table, sdk::Values const& where) {
  auto const answer = where.empty() ? wire_.select_all(call, spot(table))
                                    : wire_.select(call, spot(table), "place", place_of(table, where));
  if (!answer) return failed(answer);
  FoundMany found;
  for (auto const& columns : answer.rows) {
    auto stored = decoded(table, columns);
    if (!stored.gone && !stored.row.version.incarnation.empty()) found.rows.push_back(std::move(stored));
  }
  return found;
}

FoundMany NativeRows::changed(Call const& call, Table const& table, std::span<std::string const> slots) {
  FoundMany found;
  for (auto const& answer : wire_.select_each(call, spot(table), "slot", slots)) {
    if (!answer) return failed(answer);
    for (auto const& columns : answer.rows) found.rows.push_back(decoded(table, columns));
  }
  return found;
}

Answer NativeRows::insert(Call const& call, Table const& table, std::string_view id,
                          std::function<std::optional<Stored>(std::optional<Stored> const&)> const& decide) {
  auto const key = escaped(id);
  auto const held = wire_.lock(call, spot(table), key, wire_.options().lock_timeout);
  if (!held) return lock_failure(held.error());
  auto answer = wire_.read_held(call, spot(table), key, *held);
  if (answer) {
    if (auto const wanted = decide(first_of(table, answer.rows))) {
      auto const row = whole(table, *wanted, slot_of(wire_.hosts().now_ms()));
      answer = wire_.is_late(*held) ? lock_too_old() : wire_.insert_held(call, spot(table), row, *held);
      // Whoever may have lost the lock meanwhile looks what stands there.
      wire_.doubt_late(answer, *held);
    }
  }
  wire_.release(call, *held);
  return answer;
}

Answer NativeRows::write(Call const& call, Table const& table, Stored const& before, Stored const& after) {
  auto values = heads(table, after, slot_of(wire_.hosts().now_ms()));
  for (auto const& [name, value] : after.row.columns)
    if (before.row.columns.find(name)->second != value) values[name] = to_json(value);
  json::object const conditions{{"inc", before.row.version.incarnation}, {"ver", before.row.version.number}};
  return wire_.update(call, spot(table), escaped(before.row.id), values, conditions);
}

void NativeRows::purge(Call const& call, Table const& table, std::int64_t before_ms, std::size_t limit) {
  auto const answer = table.index.empty() ? wire_.select_all(call, spot(table))
                                          : wire_.select(call, spot(table), "place", removed_place);
  for (auto const& columns : answer.rows) {
    auto const stored = decoded(table, columns);
    if (!stored.gone || stored.row.updated_ms >= before_ms || limit == 0) continue;
    json::object const conditions{{"inc", stored.row.version.incarnation}, {"ver", stored.row.version.number}};
    if (!wire_.erase(call, spot(table), escaped(stored.row.id), conditions)) return;
    --limit;
  }
}

}  // namespace conductor::plugins::music
