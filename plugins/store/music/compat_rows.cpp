#include "compat_rows.hpp"
#include "compat_columns.hpp"
#include "conductor/sdk/store_checks.hpp"
#include "keys.hpp"

#include <algorithm>

namespace conductor::plugins::music {

using sdk::Call;
using sdk::ColumnType;
using sdk::Strength;
using sdk::Table;

namespace {

constexpr std::string_view topics[] = {"controller", "data"};
constexpr std::string_view open_plans[] = {"template", "translating", "translated",    "solving",
                                           "solved",   "reserving",   "waiting spinup"};
constexpr std::string_view open_messages[] = {"enqueued", "working"};
// Rows carry their documents here: they are not asked for more often.
constexpr std::chrono::seconds between_looks{1};
// How long an original lets one of its workers keep a plan before it takes it back.
constexpr std::chrono::milliseconds originals_time = std::chrono::minutes(10);

bool is_plans(Table const& table) { return table.name == sdk::tables::plans.name; }
bool is_messages(Table const& table) { return table.name == sdk::tables::messages.name; }

json::object parsed_object(std::string const& text) {
  boost::system::error_code bad;
  auto value = json::parse(text, bad);
  return bad || !value.is_object() ? json::object{} : std::move(value.as_object());
}

FoundMany failed(Answer const& answer) { return {answer.verdict, {}, answer.text}; }

std::string text_of_document(json::object const& columns, json::object const& more, Table const& table,
                             std::string_view name) {
  auto const* const original = compat_column(table, name);
  return original != nullptr ? text_in(columns, original->original) : text_in(more, name);
}

}  // namespace

bool CompatRows::is_shared(Table const& table) { return compat_table(table) != nullptr; }

std::vector<CompatRows::Made> CompatRows::tables(Options const& options) {
  std::vector<Made> made;
  for (auto const& table : sdk::tables::all) {
    auto const* const compat = compat_table(table);
    if (compat == nullptr) {
      made.push_back(
          {{options.keyspace, std::string(table.name)}, NativeRows::fields(table), NativeRows::indexes(table)});
      continue;
    }
    json::object fields{{"id", "text"}};
    for (auto const& column : compat->columns) fields[column.original] = column.type;
    if (compat->dated) fields["created"] = fields["updated"] = "bigint";
    if (is_messages(table)) fields["action"] = fields["ctxt"] = "text";
    fields["PRIMARY KEY"] = "(id)";
    std::vector<std::string_view> indexes(table.index.begin(), table.index.end());
    std::erase(indexes, "topic");
    if (is_messages(table))
      for (auto const topic : topics) made.push_back({{options.rpc_keyspace, std::string(topic)}, fields, indexes});
    else
      made.push_back({{options.keyspace, std::string(table.name)}, std::move(fields), std::move(indexes)});
  }
  made.push_back({{options.keyspace, "plans_more"}, {{"id", "text"}, {"more", "text"}, {"PRIMARY KEY", "(id)"}}, {}});
  made.push_back({{options.keyspace, "docs"}, NativeDocuments::docs_fields(), {}});
  made.push_back({{options.keyspace, "loose"}, NativeDocuments::loose_fields(), {NativeDocuments::loose_index}});
  return made;
}

std::optional<std::string> CompatRows::refusal(Table const& table, std::string_view id) const {
  if (!is_shared(table) || is_plain_key(id)) return std::nullopt;
  return "the id '" + std::string(id) +
         "' has characters that the layout compat does not keep; it keeps A-Z a-z 0-9 _ -";
}

std::vector<Spot> CompatRows::spots(Table const& table, sdk::Values const& columns) const {
  if (!is_messages(table)) return {{wire_.options().keyspace, std::string(table.name)}};
  std::vector<Spot> spots;
  auto const wanted = columns.find("topic");
  for (auto const topic : topics)
    if (wanted == columns.end() || std::get<std::string>(wanted->second) == topic)
      spots.push_back({wire_.options().rpc_keyspace, std::string(topic)});
  return spots;
}

Answer CompatRows::add_more(Call const& call, Table const& table, std::string_view id, json::object& more,
                            Strength strength) {
  if (!is_plans(table)) return {Verdict::done, {}, {}, {}};
  Spot const spot{wire_.options().keyspace, "plans_more"};
  auto answer = strength == Strength::strong ? wire_.read(call, spot, id) : wire_.select(call, spot, "id", id);
  if (answer && !answer.rows.empty()) more = parsed_object(text_in(answer.rows[0], "more"));
  return answer;
}

CompatRows::Raw CompatRows::raw(Call const& call, Table const& table, std::string_view id, Strength strength) {
  Raw raw;
  for (auto const& spot : spots(table, {})) {
    if (strength == Strength::relaxed) raw.answer = wire_.select(call, spot, "id", id);
    // That one replica has no such row does not mean that there is none.
    if (strength == Strength::strong || (raw.answer && raw.answer.rows.empty()))
      raw.answer = wire_.read(call, spot, id);
    if (!raw.answer) return raw;
    if (raw.answer.rows.empty()) continue;
    raw.found = true;
    raw.spot = spot;
    raw.columns = std::move(raw.answer.rows[0]);
    if (is_messages(table)) raw.more = parsed_object(text_in(raw.columns, "ctxt"));
    raw.answer = add_more(call, table, id, raw.more, strength);
    return raw;
  }
  return raw;
}

Found CompatRows::read(Call const& call, Table const& table, std::string_view id, Strength strength) {
  if (!is_shared(table)) return native_.read(call, table, id, strength);
  if (!is_plain_key(id)) return {};
  auto const there = raw(call, table, id, strength);
  if (!there.answer) return {there.answer.verdict, {}, there.answer.text};
  if (!there.found) return {};
  return {Verdict::done, decoded_compat(table, there.columns, there.more, there.spot.table), {}};
}

FoundMany CompatRows::read_each(Call const& call, Table const& table, std::span<std::string const> ids,
                                Strength strength) {
  if (!is_shared(table)) return native_.read_each(call, table, ids, strength);
  FoundMany found;
  for (auto const& id : ids) {
    auto one = read(call, table, id, strength);
    if (!one) return {one.verdict, {}, std::move(one.text)};
    if (one.stored) found.rows.push_back(std::move(*one.stored));
  }
  return found;
}

FoundMany CompatRows::decoded_all(Call const& call, Table const& table, std::vector<json::object> const& rows,
                                  std::string_view topic) {
  std::vector<Answer> beside;
  if (is_plans(table) && !rows.empty()) {
    std::vector<std::string> ids;
    for (auto const& columns : rows) ids.push_back(text_in(columns, "id"));
    beside = wire_.select_each(call, {wire_.options().keyspace, "plans_more"}, "id", ids);
  }
  FoundMany found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    json::object more;
    if (is_messages(table)) more = parsed_object(text_in(rows[i], "ctxt"));
    if (!beside.empty()) {
      if (!beside[i]) return failed(beside[i]);
      if (!beside[i].rows.empty()) more = parsed_object(text_in(beside[i].rows[0], "more"));
    }
    found.rows.push_back(decoded_compat(table, rows[i], more, topic));
  }
  return found;
}

FoundMany CompatRows::list(Call const& call, Table const& table, sdk::Values const& where) {
  if (!is_shared(table)) return native_.list(call, table, where);
  FoundMany found;
  for (auto const& spot : spots(table, where)) {
    // The index is one column here: the topic of a message is its table.
    auto const column = where.empty() ? std::string_view() : table.index.back();
    auto const value = where.empty() ? std::string() : std::get<std::string>(where.find(column)->second);
    auto const answer = wire_.select(call, spot, column, value);
    if (!answer) return failed(answer);
    auto some = decoded_all(call, table, answer.rows, spot.table);
    if (!some) return some;
    std::move(some.rows.begin(), some.rows.end(), std::back_inserter(found.rows));
  }
  return found;
}

Answer CompatRows::insert(Call const& call, Table const& table, std::string_view id,
                          std::function<std::optional<Stored>(std::optional<Stored> const&)> const& decide) {
  if (!is_shared(table)) return native_.insert(call, table, id, decide);
  // Where it goes depends on what it is; what it is, on whether it is there.
  auto const there = raw(call, table, id, Strength::strong);
  if (!there.answer) return there.answer;
  if (there.found) {
    decide(decoded_compat(table, there.columns, there.more, there.spot.table));
    return {Verdict::done, {}, {}, {}};
  }
  auto const wanted = decide(std::nullopt);
  if (!wanted) return {Verdict::done, {}, {}, {}};
  auto const all = spots(table, wanted->row.columns);
  if (all.size() != 1)
    return {Verdict::invalid, {}, "the layout compat has no table for topic '" + wanted->row.text("topic") + "'", {}};
  auto const held = wire_.lock(call, all[0], id, wire_.options().lock_timeout);
  if (!held) return lock_failure(held.error());
  auto answer = wire_.read_held(call, all[0], id, *held);
  if (answer && answer.rows.empty()) {
    Raw empty;
    empty.spot = all[0];
    answer = write_held(call, table, empty, Stored{}, *wanted, *held);
  } else if (answer) {
    // Somebody was quicker: look again.
    answer = {Verdict::contended, {}, "another inserts the same row", {}};
  }
  wire_.doubt_late(answer, *held);
  wire_.release(call, *held);
  std::lock_guard const lock(mutex_);
  if (answer) looks_[std::string(table.name)].open[std::string(id)] = 0;
  return answer;
}

void CompatRows::renumber(Table const& table, Stored& stored) const {
  if (is_shared(table)) number_compat(table, stored);
}

// With the lock held. `there.found` false: a new row.
Answer CompatRows::write_held(Call const& call, Table const& table, Raw const& there, Stored const& before,
                              Stored const& after, Held const& held) {
  auto const& row = after.row;
  json::object values;
  std::map<std::string, std::string> beside;
  for (auto const& column : table.columns) {
    auto const* const original = compat_column(table, column.name);
    if (column.type == ColumnType::document) {
      auto const& generation = row.text(column.name);
      auto text = text_of_document(there.columns, there.more, table, column.name);
      bool const stays = there.found && generation == before.row.text(column.name);
      if (!stays) {
        auto waiting = generation.empty() ? std::optional<std::string>("") : documents_.waiting(generation);
        if (!waiting)
          return {
              Verdict::invalid, {}, "the document '" + std::string(column.name) + "' was not put by this process", {}};
        text = std::move(*waiting);
        if (original != nullptr) values[original->original] = text;
      }
      if (original == nullptr) beside[std::string(column.name)] = std::move(text);
    } else if (original != nullptr) {
      auto value = original_value(table, *original, row);
      if (auto const* old = there.columns.if_contains(original->original); old == nullptr || *old != value)
        values[original->original] = std::move(value);
    }
  }
  if (compat_table(table)->dated) values["updated"] = row.updated_ms;
  auto const more = more_of(table, row, beside);
  if (is_messages(table)) values["ctxt"] = json::serialize(more);
  if (is_plans(table)) {
    auto const put =
        wire_.put(call, {wire_.options().keyspace, "plans_more"}, {{"id", row.id}, {"more", json::serialize(more)}});
    if (!put) return {put.verdict == Verdict::doubtful ? Verdict::contended : put.verdict, {}, put.text, {}};
  }
  if (wire_.is_late(held)) return lock_too_old();
  if (there.found) return wire_.update_held(call, there.spot, row.id, values, held);
  values["id"] = row.id;
  if (compat_table(table)->dated) values["created"] = row.created_ms;
  if (is_messages(table)) values["action"] = "call";
  return wire_.insert_held(call, there.spot, values, held);
}

Answer CompatRows::write(Call const& call, Table const& table, Stored const& before, Stored const& after) {
  if (!is_shared(table)) return native_.write(call, table, before, after);
  auto const& id = before.row.id;
  auto const all = spots(table, before.row.columns);
  auto const held = wire_.lock(call, all[0], id, wire_.options().lock_timeout);
  if (!held) return lock_failure(held.error());
  Raw there;
  there.spot = all[0];
  auto answer = wire_.read_held(call, there.spot, id, *held);
  if (answer) {
    there.found = !answer.rows.empty();
    if (there.found) there.columns = std::move(answer.rows[0]);
    if (is_messages(table)) there.more = parsed_object(text_in(there.columns, "ctxt"));
    answer = add_more(call, table, id, there.more, Strength::strong);
  }
  if (answer) {
    auto const now = decoded_compat(table, there.columns, there.more, there.spot.table);
    if (!there.found)
      answer.verdict = Verdict::missing;
    else if (now.row.version != before.row.version || now.row.columns != before.row.columns)
      answer.verdict = Verdict::refused;
    else if (after.gone)
      answer = wire_.erase_held(call, there.spot, id, *held);
    else
      answer = write_held(call, table, there, before, after, *held);
  }
  wire_.doubt_late(answer, *held);
  wire_.release(call, *held);
  if (answer && after.gone && is_plans(table)) wire_.erase(call, {wire_.options().keyspace, "plans_more"}, id, {});
  std::lock_guard const lock(mutex_);
  if (answer) looks_[std::string(table.name)].open[id] = 0;
  answer.took = {};
  return answer;
}

// Nobody waits for MUSIC's answers here but who looks: what is written meanwhile joins what the look has found.
FoundMany CompatRows::look(Call const& call, Table const& table) {
  auto const now = wire_.host().clock().now();
  std::map<std::string, std::int64_t> before;
  {
    std::lock_guard const lock(mutex_);
    auto& looks = looks_[std::string(table.name)];
    if (now < looks.next) return {};
    looks.next = now + between_looks;
    before.swap(looks.open);
  }
  std::map<std::string, std::int64_t> open;
  auto found = look_for(call, table, before, open);
  std::lock_guard const lock(mutex_);
  auto& looks = looks_[std::string(table.name)];
  if (!found) looks.next = {};
  for (auto const& [id, number] : found ? open : before) {
    auto& known = looks.open[id];
    known = std::max(known, number);
  }
  return found;
}

FoundMany CompatRows::look_for(Call const& call, Table const& table, std::map<std::string, std::int64_t> const& before,
                               std::map<std::string, std::int64_t>& open) {
  FoundMany found;
  for (auto const& spot : spots(table, {})) {
    auto const statuses = is_plans(table) ? std::span<std::string_view const>(open_plans)
                                          : std::span<std::string_view const>(open_messages);
    std::vector<std::string> const values(statuses.begin(), statuses.end());
    for (auto const& answer : wire_.select_each(call, spot, "status", values)) {
      if (!answer) return failed(answer);
      for (auto const& columns : answer.rows) {
        auto stored = decoded_compat(table, columns, {}, spot.table);
        open[stored.row.id] = stored.row.version.number;
        found.rows.push_back(std::move(stored));
      }
    }
  }
  for (auto const& [id, number] : before) {
    if (open.contains(id)) continue;
    auto ended = read(call, table, id, Strength::strong);
    if (!ended) return {ended.verdict, {}, std::move(ended.text)};
    Stored gone;
    gone.row.id = id;
    gone.row.updated_ms = wire_.hosts().now_ms();
    gone.row.version = {"", number + 1};
    gone.gone = true;
    found.rows.push_back(ended.stored ? std::move(*ended.stored) : std::move(gone));
  }
  return found;
}

FoundMany CompatRows::changed(Call const& call, Table const& table, std::span<std::string const> slots) {
  if (!is_shared(table)) return native_.changed(call, table, slots);
  // Nobody watches the others.
  return is_plans(table) || is_messages(table) ? look(call, table) : FoundMany{};
}

void CompatRows::purge(Call const& call, Table const& table, std::int64_t before_ms, std::size_t limit) {
  if (!is_shared(table)) native_.purge(call, table, before_ms, limit);
}

std::vector<sdk::WorkerInfo> CompatRows::foreign_workers(Call const& call, Verdict& verdict) {
  std::map<std::string, std::int64_t> owners;
  std::vector<std::string> const working{"translating", "solving", "reserving"};
  auto const answers = wire_.select_each(call, spots(sdk::tables::plans, {})[0], "status", working);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    verdict = answers[i].verdict;
    if (!answers[i]) return {};
    for (auto const& columns : answers[i].rows) {
      auto const owner = cleaned(text_in(columns, owner_column(working[i])));
      if (!owner.empty() && owner.find('/') == std::string::npos) owners[owner] += integer_in(columns, "updated");
    }
  }
  std::vector<sdk::WorkerInfo> workers;
  for (auto const& [host, moved] : owners)
    workers.push_back({host, moved, originals_time.count(), {{"host", host}, {"role", "original"}}});
  return workers;
}

sdk::Read<std::string> CompatRows::document(Call const& call, sdk::BlobKey const& key, std::string_view generation) {
  auto const& table = *sdk::find_table(key.table);
  for (auto const strength : {Strength::relaxed, Strength::strong}) {
    auto const there = raw(call, table, key.id, strength);
    if (!there.answer)
      return sdk::answers::failed<sdk::Read<std::string>>(outcome_of(there.answer.verdict), there.answer.text);
    auto text = text_of_document(there.columns, there.more, table, key.kind);
    if (generation_of(text) == generation) return {sdk::Outcome::ok, std::move(text), {}};
  }
  return sdk::answers::failed<sdk::Read<std::string>>(
      sdk::Outcome::not_found, "the document '" + key.kind + "' of " + key.table + " '" + key.id + "' is gone");
}

}  // namespace conductor::plugins::music
