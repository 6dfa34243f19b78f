#include "lists.hpp"
#include "conductor/sdk/store_checks.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::plugins::music {

using sdk::Outcome;
using sdk::Read;
using sdk::Row;
using sdk::answers::failed;

namespace {

// How long the further pages of a list are taken from what was read for its first.
constexpr std::chrono::seconds kept_for{2};

using Position = std::pair<std::int64_t, std::string>;

std::optional<Position> position_of(std::optional<std::string> const& after) {
  Position position{INT64_MIN, ""};
  if (!after) return position;
  auto const* const end = after->data() + after->size();
  auto const [stopped, error] = std::from_chars(after->data(), end, position.first);
  if (error != std::errc() || stopped == end || *stopped != ':') return std::nullopt;
  position.second.assign(stopped + 1, end);
  return position;
}

}  // namespace

bool Lists::is_position(std::optional<std::string> const& after) { return position_of(after).has_value(); }

Read<Lists::Whole> Lists::whole(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where,
                                bool may_be_kept) {
  {
    std::lock_guard const lock(mutex_);
    if (may_be_kept && kept_.rows && kept_.table == table.name && kept_.where == where &&
        clock_.now() - kept_.at < kept_for)
      return {Outcome::ok, kept_.rows, {}};
  }
  auto found = rows_.list(call, table, where);
  if (!found) {
    auto const outcome = outcome_of(found.verdict);
    return failed<Read<Whole>>(outcome,
                               "store/music: table " + std::string(table.name) + " was not listed: " + found.text);
  }
  auto rows = std::make_shared<std::vector<Row>>();
  for (auto& stored : found.rows)
    if (stored.row.id != sdk::checks::health_row || table.name != sdk::tables::plans.name)
      rows->push_back(std::move(stored.row));
  std::sort(rows->begin(), rows->end(),
            [](Row const& a, Row const& b) { return std::tie(a.created_ms, a.id) < std::tie(b.created_ms, b.id); });
  std::lock_guard const lock(mutex_);
  kept_ = {std::string(table.name), where, rows, clock_.now()};
  return {Outcome::ok, rows, {}};
}

Read<sdk::Page> Lists::page(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where,
                            std::optional<std::string> const& after, std::size_t limit) {
  auto const all = whole(call, table, where, after.has_value());
  if (!all) return failed<Read<sdk::Page>>(all.outcome, all.text);
  auto const from = *position_of(after);
  auto at = std::upper_bound(all.value->begin(), all.value->end(), from, [](Position const& a, Row const& b) {
    return std::tie(a.first, a.second) < std::tie(b.created_ms, b.id);
  });
  Read<sdk::Page> page{Outcome::ok, {}, {}};
  for (; at != all.value->end() && page.value.rows.size() < limit; ++at) page.value.rows.push_back(*at);
  if (at != all.value->end())
    page.value.cursor = sdk::list_position(page.value.rows.back().created_ms, page.value.rows.back().id);
  return page;
}

Read<std::int64_t> Lists::count(sdk::Call const& call, sdk::Table const& table, sdk::Values const& where) {
  auto const all = whole(call, table, where, false);
  if (!all) return failed<Read<std::int64_t>>(all.outcome, all.text);
  return {Outcome::ok, static_cast<std::int64_t>(all.value->size()), {}};
}

}  // namespace conductor::plugins::music
