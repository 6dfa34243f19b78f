#include "world.hpp"
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/expectations.hpp"
#include "conductor/sdk/store_checks.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::plugins::memory {

namespace checks = sdk::checks;
using sdk::Outcome;
using sdk::Table;
using sdk::Values;
using sdk::Written;
using sdk::answers::name_of;
using sdk::answers::written;

namespace {

constexpr std::size_t kept_ops = 12, kept_removals = 100'000, kept_events = 10'000;
constexpr char step_mark = '\x1F';  // between the operation of a multi and the number of its step

Written conflict(Table const& table, sdk::Row const& row) {
  auto result = failed<Written>(Outcome::conflict, name_of(table.name, row.id) + " is not as expected any more");
  result.row = row;
  return result;
}

void remember(std::deque<std::string>& ops, std::string_view op) {
  ops.emplace_front(op);
  if (ops.size() > kept_ops) ops.pop_back();
}

// The values of the index, told apart by NUL, which no text contains; `\1` before them, nothing for the list of all.
std::string index_key(Table const& table, Values const& columns) {
  std::string key(1, '\1');
  for (auto const column : table.index) key += std::get<std::string>(columns.find(column)->second) + '\0';
  return key;
}

bool shows(std::deque<std::string> const& ops, std::string_view op) {
  return std::any_of(ops.begin(), ops.end(),
                     [&](auto const& seen) { return std::string_view(seen).substr(0, seen.find(step_mark)) == op; });
}

}  // namespace

std::shared_ptr<World> World::of(std::string const& name) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<World>> worlds;
  std::lock_guard const lock(mutex);
  auto& slot = worlds[name];
  auto world = slot.lock();
  if (!world) slot = world = std::make_shared<World>();
  return world;
}

World::World() : identity_(sdk::random_id().substr(0, 8)) {
  for (auto const& table : sdk::tables::all) tables_[table.name];
}

Removal const* World::removal(Table const& table, std::string_view id) const {
  auto const found = removals_.find(std::pair(std::string(table.name), std::string(id)));
  return found == removals_.end() ? nullptr : &found->second;
}

std::optional<Written> World::repeated(StoredRow const* stored, Table const& table, std::string_view id,
                                       std::string_view op) const {
  auto const age = [&](auto const& ops) { return std::find(ops.begin(), ops.end(), op) - ops.begin(); };
  if (stored != nullptr) {
    auto const at = age(stored->ops);
    if (at == std::ssize(stored->ops)) return std::nullopt;
    auto version = stored->row.version;
    version.number -= at;
    return written(std::move(version));
  }
  if (auto const* gone = removal(table, id))
    if (auto const at = age(gone->ops); at < std::ssize(gone->ops)) return written({"", gone->number - at});
  return std::nullopt;
}

void World::enlist(Table const& table, sdk::Row const& row, bool in) {
  auto& places = data(table).places;
  auto const set = [&](Place place) {
    if (in)
      places.insert(std::move(place));
    else
      places.erase(place);
  };
  if (table.name == sdk::tables::plans.name && row.id == checks::health_row) return;
  set({"", row.created_ms, row.id});
  if (!table.index.empty()) set({index_key(table, row.columns), row.created_ms, row.id});
}

void World::log(sdk::Event::Kind kind, Table const& table, std::string_view id, std::int64_t number) {
  log_.push_back({kind, std::string(table.name), std::string(id), number, cursor(++newest_)});
  if (log_.size() > kept_events) log_.pop_front();
  logged_more_.notify_all();
}

Written World::insert(Table const& table, std::string_view id, Values const& columns, std::string_view op,
                      std::int64_t created_ms, std::int64_t updated_ms) {
  auto& rows = data(table).rows;
  auto const found = rows.find(id);
  auto const* stored = found == rows.end() ? nullptr : &found->second;
  if (auto again = repeated(stored, table, id, op)) return *again;
  if (stored != nullptr) {
    auto result = failed<Written>(Outcome::exists, name_of(table.name, id) + " exists already");
    result.row = stored->row;
    return result;
  }
  StoredRow fresh;
  fresh.row = {
      std::string(id), {sdk::random_id(), 1}, created_ms, updated_ms, std::string(op.substr(0, op.find(step_mark))),
      columns};
  for (auto const& column : table.columns)
    fresh.row.columns.try_emplace(std::string(column.name), checks::default_of(column.type));
  remember(fresh.ops, op);
  enlist(table, fresh.row, true);
  log(sdk::Event::Kind::put, table, id, 1);
  auto version = fresh.row.version;
  rows.emplace(id, std::move(fresh));
  return written(std::move(version));
}

Written World::update(Table const& table, std::string_view id, Values const& set, sdk::Expect const& expect,
                      std::string_view op, std::int64_t now_ms, std::size_t max_record_bytes) {
  auto& rows = data(table).rows;
  auto const found = rows.find(id);
  if (auto again = repeated(found == rows.end() ? nullptr : &found->second, table, id, op)) return *again;
  if (found == rows.end()) return failed<Written>(Outcome::not_found, name_of(table.name, id) + " does not exist");
  auto& row = found->second.row;
  if (!sdk::is_as_expected(row, expect)) return conflict(table, row);
  Values columns = row.columns;
  for (auto const& [name, value] : set) columns[name] = value;
  if (auto const bytes = checks::record_bytes(table, columns); bytes > max_record_bytes)
    return failed<Written>(Outcome::too_large,
                           checks::too_large(name_of(table.name, id), bytes, max_record_bytes).text);
  enlist(table, row, false);
  row.columns = std::move(columns);
  row.version.number++;
  row.updated_ms = std::max(now_ms, row.updated_ms + 1);
  row.op = op.substr(0, op.find(step_mark));
  enlist(table, row, true);
  remember(found->second.ops, op);
  log(sdk::Event::Kind::put, table, id, row.version.number);
  return written(row.version);
}

Written World::remove(Table const& table, std::string_view id, sdk::Expect const& expect, std::string_view op) {
  auto& rows = data(table).rows;
  auto const found = rows.find(id);
  if (auto again = repeated(found == rows.end() ? nullptr : &found->second, table, id, op)) return *again;
  if (found == rows.end()) return failed<Written>(Outcome::not_found, name_of(table.name, id) + " does not exist");
  auto& [row, ops] = found->second;
  if (!sdk::is_as_expected(row, expect)) return conflict(table, row);
  auto version = row.version;
  ++version.number;
  remember(ops, op);
  // Full: start over; late repetitions come within seconds.
  if (removals_.size() >= kept_removals) removals_.clear();
  removals_[{std::string(table.name), std::string(id)}] = {std::move(ops), version.number};
  enlist(table, row, false);
  log(sdk::Event::Kind::remove, table, id, version.number);
  rows.erase(found);
  return written(std::move(version));
}

Written World::apply(sdk::Mutation const& mutation, std::string_view op, std::int64_t now_ms,
                     std::size_t max_record_bytes) {
  auto const& table = *sdk::find_table(mutation.table);
  if (mutation.kind == sdk::Mutation::Kind::insert) return insert(table, mutation.id, mutation.values, op, now_ms);
  if (mutation.kind == sdk::Mutation::Kind::remove) return remove(table, mutation.id, mutation.expect, op);
  return update(table, mutation.id, mutation.values, mutation.expect, op, now_ms, max_record_bytes);
}

sdk::MultiWritten World::multi(std::span<sdk::Mutation const> mutations, std::string_view op, std::int64_t now_ms,
                               std::size_t max_record_bytes) {
  struct Before {
    Table const* table;
    std::string id;
    std::optional<StoredRow> row;
  };
  std::vector<Before> undo;
  auto const saved = newest_;
  sdk::MultiWritten result;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    auto const& table = *sdk::find_table(mutations[i].table);
    auto const& rows = data(table).rows;
    auto const found = rows.find(mutations[i].id);
    undo.push_back({&table, mutations[i].id, std::nullopt});
    if (found != rows.end()) undo.back().row = found->second;
    auto one = apply(mutations[i], std::string(op) + step_mark + std::to_string(i), now_ms, max_record_bytes);
    if (!one) {
      for (auto before = undo.rbegin(); before != undo.rend(); ++before)
        restore(*before->table, before->id, std::move(before->row));
      for (; newest_ > saved; --newest_) log_.pop_back();
      bool const unexpected = one.outcome == Outcome::exists || one.outcome == Outcome::not_found;
      return {unexpected ? Outcome::conflict : one.outcome, i, {}, std::move(one.text)};
    }
    result.versions.push_back(std::move(one.version));
  }
  result.outcome = Outcome::ok;
  return result;
}

void World::restore(Table const& table, std::string const& id, std::optional<StoredRow> before) {
  auto& rows = data(table).rows;
  if (auto const found = rows.find(id); found != rows.end()) {
    enlist(table, found->second.row, false);
    rows.erase(found);
  }
  if (!before) return;
  // It is there again, so its removal has not happened.
  removals_.erase({std::string(table.name), id});
  enlist(table, before->row, true);
  rows.emplace(id, std::move(*before));
}

Written World::beat(std::string_view id, std::int64_t now_ms) {
  auto& rows = data(sdk::tables::workers).rows;
  auto const found = rows.find(id);
  if (found == rows.end())
    return failed<Written>(Outcome::conflict, "worker '" + std::string(id) + "' is registered no more");
  auto& row = found->second.row;
  row.columns["seq"] = row.integer("seq") + 1;
  row.version.number++;
  row.updated_ms = std::max(now_ms, row.updated_ms + 1);
  return written(row.version);
}

sdk::Row const* World::find(Table const& table, std::string_view id) const {
  auto const& rows = data(table).rows;
  auto const found = rows.find(id);
  return found == rows.end() ? nullptr : &found->second.row;
}

template <class Visit>
void World::visit(Table const& table, Place const& after, Visit const& each) const {
  auto const& [rows, places] = data(table);
  for (auto at = places.upper_bound(after); at != places.end() && std::get<0>(*at) == std::get<0>(after); ++at)
    if (!each(rows.find(std::get<2>(*at))->second.row)) return;
}

sdk::Page World::page(Table const& table, Values const& where, std::pair<std::int64_t, std::string> const& after,
                      std::size_t limit) const {
  sdk::Page page;
  auto const key = where.empty() ? std::string() : index_key(table, where);
  visit(table, {key, after.first, after.second}, [&](sdk::Row const& row) {
    if (page.rows.size() < limit) return page.rows.push_back(row), true;
    page.cursor = std::to_string(page.rows.back().created_ms) + ":" + page.rows.back().id;
    return false;
  });
  return page;
}

std::int64_t World::count(Table const& table, Values const& where) const {
  std::int64_t count = 0;
  auto const key = where.empty() ? std::string() : index_key(table, where);
  visit(table, {key, INT64_MIN, ""}, [&](sdk::Row const&) { return ++count > 0; });
  return count;
}

sdk::Resolution World::resolve(Table const& table, std::string_view id, std::string_view op) const {
  auto const& rows = data(table).rows;
  if (auto const found = rows.find(id); found != rows.end()) {
    if (shows(found->second.ops, op)) return sdk::Resolution::applied;
    if (found->second.row.version.number > static_cast<std::int64_t>(kept_ops)) return sdk::Resolution::unknown;
  }
  auto const* gone = removal(table, id);
  if (gone != nullptr && shows(gone->ops, op)) return sdk::Resolution::applied;
  return sdk::Resolution::not_applied;
}

std::optional<std::int64_t> World::position(std::string_view cursor) const {
  if (!cursor.starts_with(identity_ + ":")) return std::nullopt;
  cursor.remove_prefix(identity_.size() + 1);
  std::int64_t seq = -1;
  auto const [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), seq);
  if (error != std::errc() || end != cursor.data() + cursor.size() || seq < 0) return std::nullopt;
  return seq;
}

}  // namespace conductor::plugins::memory
