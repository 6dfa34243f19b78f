#include "reader.hpp"

#include "record.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::plugins::etcd {

using namespace std::chrono_literals;
using sdk::Outcome;
using sdk::Read;
using sdk::answers::failed;
using sdk::answers::name_of;

namespace {

constexpr std::size_t rows_at_once = 100;
constexpr auto lately = 1s;
constexpr int tries_when_compacted = 3;

std::string damaged(std::string_view table, std::string_view id) {
  return name_of(table, id) + " is damaged or was written by another program; restore it from a backup";
}

// Where a page begins: after this place of the list.
std::optional<std::string> start_of(std::string const& list, std::optional<std::string> const& after) {
  if (!after) return list;
  std::int64_t created_ms = 0;
  auto const* const end = after->data() + after->size();
  auto const [stop, error] = std::from_chars(after->data(), end, created_ms);
  if (error != std::errc() || stop == end || *stop != ':') return std::nullopt;
  std::string_view const id(stop + 1, static_cast<std::size_t>(end - stop - 1));
  auto place = Keys::place(list, created_ms, id);
  if (!id.empty()) place += '\0';
  return place;
}

}  // namespace

std::optional<sdk::Row> row_of(Stored const& stored, sdk::Table const& table, std::string_view id) {
  auto const record = decode(stored.value);
  if (!record) return std::nullopt;
  return row_of(*record, table, id, version_of(stored.create, stored.version));
}

Read<sdk::Row> Reader::row_from(sdk::Call const& call, KeyValue const& pair, sdk::Table const& table,
                                std::string_view id, std::int64_t revision) {
  auto const stored =
      documents_.whole(call, table.name, id, {pair.value, pair.create, pair.mod, pair.version, 0, {}}, revision);
  if (!stored) return failed<Read<sdk::Row>>(stored.outcome, stored.text);
  auto row = row_of(stored.value, table, id);
  if (!row) return failed<Read<sdk::Row>>(Outcome::corrupt, damaged(table.name, id));
  connection_.cache.put(pair.key, stored.value, connection_.host.clock().now());
  return {Outcome::ok, std::move(*row), {}};
}

std::optional<sdk::Row> Reader::seen_lately(sdk::Table const& table, std::string_view id) {
  auto const seen = connection_.cache.find(connection_.keys.row(table.name, id));
  if (!seen || connection_.host.clock().now() - seen->at > lately) return std::nullopt;
  return row_of(seen->row, table, id);
}

Read<sdk::Row> Reader::get(sdk::Call const& call, sdk::Table const& table, std::string_view id,
                           sdk::Strength strength) {
  if (strength == sdk::Strength::relaxed)
    if (auto row = seen_lately(table, id)) return {Outcome::ok, std::move(*row), {}};
  Range range;
  range.key = connection_.keys.row(table.name, id);
  for (int tries = 0;; ++tries) {
    auto const answer = connection_.range(call, range);
    if (!answer) return failed_as<Read<sdk::Row>>(answer.reply);
    if (answer.value->pairs.empty()) {
      connection_.cache.drop(range.key);
      return failed<Read<sdk::Row>>(Outcome::not_found, name_of(table.name, id) + " does not exist");
    }
    auto row = row_from(call, answer.value->pairs.front(), table, id, answer.value->revision);
    if (row.outcome != Outcome::not_found || tries == tries_when_compacted) return row;
  }
}

// `revision` 0: the present one, which is then set.
Reader::Fetched Reader::fetch(sdk::Call const& call, sdk::Table const& table, std::span<std::string const> ids,
                              std::int64_t& revision) {
  Fetched fetched;
  fetched.problem.verdict = Verdict::done;
  auto at_once = std::min(rows_at_once, connection_.limits.txn_ops);
  for (std::size_t i = 0; i < ids.size();) {
    auto const part = ids.subspan(i, std::min(at_once, ids.size() - i));
    std::vector<Operation> operations;
    for (auto const& id : part) operations.push_back(read(connection_.keys.row(table.name, id), revision));
    auto answer = connection_.read(call, std::move(operations));
    if (!answer && answer.reply.outcome == Outcome::invalid && part.size() > 1) {
      // More than one reply may hold: long rows.
      at_once = (part.size() + 1) / 2;
      continue;
    }
    if (!answer) {
      fetched.problem = std::move(answer.reply);
      return fetched;
    }
    if (revision == 0) revision = answer.value->revision;
    for (std::size_t j = 0; j < part.size() && j < answer.value->answers.size(); ++j) {
      auto const& pairs = answer.value->answers[j].pairs;
      if (pairs.empty()) continue;
      auto row = row_from(call, pairs.front(), table, part[j], revision);
      if (row.outcome == Outcome::not_found) continue;
      if (!row) {
        fetched.problem.verdict = Verdict::refused;
        fetched.problem.outcome = row.outcome;
        fetched.problem.text = std::move(row.text);
        return fetched;
      }
      fetched.rows.push_back(std::move(row.value));
    }
    i += part.size();
  }
  return fetched;
}

Read<std::vector<sdk::Row>> Reader::get_many(sdk::Call const& call, sdk::Table const& table,
                                             std::span<std::string const> ids, sdk::Strength strength) {
  Read<std::vector<sdk::Row>> result;
  if (strength == sdk::Strength::relaxed) {
    for (auto const& id : ids)
      if (auto row = seen_lately(table, id)) result.value.push_back(std::move(*row));
    result.outcome = Outcome::ok;
    if (result.value.size() == ids.size()) return result;
  }
  for (int tries = 0;; ++tries) {
    std::int64_t revision = 0;
    auto fetched = fetch(call, table, ids, revision);
    if (fetched.problem) return {Outcome::ok, std::move(fetched.rows), {}};
    if (fetched.problem.verdict != Verdict::compacted || tries == tries_when_compacted)
      return failed_as<Read<std::vector<sdk::Row>>>(fetched.problem);
  }
}

Read<sdk::Page> Reader::list(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where,
                             std::optional<std::string> const& after, std::size_t limit) {
  auto const list = connection_.keys.list(table, where);
  auto const start = start_of(list, after);
  if (!start) return failed<Read<sdk::Page>>(Outcome::invalid, "'" + *after + "' is no cursor of a list of this store");
  Range places;
  places.key = *start;
  places.end = end_of(list);
  // One more than asked for tells whether this is the last page.
  places.limit = static_cast<std::int64_t>(limit) + 1;
  places.keys_only = true;
  for (int tries = 0;; ++tries) {
    auto const answer = connection_.range(call, places);
    if (!answer) return failed_as<Read<sdk::Page>>(answer.reply);
    std::vector<std::string> ids;
    for (auto const& pair : answer.value->pairs) ids.emplace_back(Keys::id_in(pair.key, list));
    bool const more = ids.size() > limit;
    if (more) ids.pop_back();
    auto revision = answer.value->revision;
    auto fetched = fetch(call, table, ids, revision);
    if (fetched.problem) {
      Read<sdk::Page> result;
      result.outcome = Outcome::ok;
      result.value.rows = std::move(fetched.rows);
      if (more && !result.value.rows.empty()) {
        auto const& last = result.value.rows.back();
        result.value.cursor = sdk::list_position(last.created_ms, last.id);
      }
      return result;
    }
    if (fetched.problem.verdict != Verdict::compacted || tries == tries_when_compacted)
      return failed_as<Read<sdk::Page>>(fetched.problem);
  }
}

Read<std::int64_t> Reader::count(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where) {
  Range places;
  places.key = connection_.keys.list(table, where);
  places.end = end_of(places.key);
  places.count_only = true;
  auto const answer = connection_.range(call, places);
  if (!answer) return failed_as<Read<std::int64_t>>(answer.reply);
  return {Outcome::ok, answer.value->count, {}};
}

}  // namespace conductor::plugins::etcd
