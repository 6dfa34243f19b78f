#include "services/controller/retention.hpp"

#include "core/model/status.hpp"

#include <algorithm>

namespace conductor::services::controller {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view meta = sdk::tables::meta.name, plans = sdk::tables::plans.name, row_id = "retention";
constexpr std::chrono::milliseconds shortest_period = 1min, longest_period = 1h, patience = 30s;
constexpr int periods_of_silence = 3;  // then whose task it was has lost it
constexpr std::size_t batch = 100;

}  // namespace

Retention::Retention(std::chrono::milliseconds keep, store::Plans& all, work::Lease& lease, sdk::Clock& clock,
                     sdk::Log& log)
    : keep_(keep),
      period_(std::clamp(keep / 10, shortest_period, longest_period)),
      plans_(all),
      store_(all.store()),
      lease_(lease),
      clock_(clock),
      log_(log),
      timers_(clock) {}

void Retention::start() {
  if (keep_ > 0ms) later(shortest_period);
}

void Retention::stop() {
  stop_.request_stop();
  timers_.stop();
}

void Retention::later(sdk::Duration pause) {
  timers_.at(clock_.now() + pause, [this] {
    round();
    later(period_);
  });
}

sdk::Call Retention::call() const {
  return {.deadline = clock_.now() + patience, .cancelled = stop_.get_token(), .request_id = "retention"};
}

std::size_t Retention::round() {
  if (!is_elected(call())) return 0;
  std::size_t removed = 0;
  for (auto const status : model::status::all)
    if (model::status::is_final(status)) removed += remove(status, clock_.wall_ms() - keep_.count());
  if (removed > 0)
    log_.info(std::to_string(removed) + " finished plans were removed; [controller] retention is over for them");
  return removed;
}

// Each round renews the row, so that others see that somebody is at it.
bool Retention::is_elected(sdk::Call const& call) {
  auto const mine = lease_.id() + "/" + std::string(row_id);
  auto const row = store_.get(call, meta, row_id);
  sdk::Values const set{{"value", mine}};
  if (row.outcome == sdk::Outcome::not_found)
    return static_cast<bool>(store_.insert(call, meta, row_id, set, sdk::random_id(), sdk::Durability::relaxed));
  if (!row || (row.value.text("value") != mine && !is_abandoned(call, row.value))) return false;
  sdk::Expect expect;
  expect.version = row.value.version;
  return static_cast<bool>(store_.update(call, meta, row_id, set, expect, sdk::random_id(), sdk::Durability::relaxed));
}

// Dead, or not seen at it for long by this process's own clock.
bool Retention::is_abandoned(sdk::Call const& call, sdk::Row const& row) {
  if (lease_.is_dead(call, row.text("value"))) return true;
  if (!other_ || other_->version != row.version) other_ = Seen{row.version, clock_.now()};
  return clock_.now() - other_->since > periods_of_silence * period_;
}

std::size_t Retention::remove(std::string_view status, std::int64_t before_ms) {
  std::size_t removed = 0;
  std::optional<std::string> cursor;
  do {
    auto const own = call();
    auto page = store_.list(own, plans, {{"status", std::string(status)}}, cursor, batch);
    if (!page) {
      if (!stop_.stop_requested()) log_.warning(own, "finished plans cannot be listed: " + page.text);
      return removed;
    }
    for (auto const& row : page.value.rows) {
      // By age; what was made later has not ended earlier.
      if (row.created_ms > before_ms) return removed;
      if (row.updated_ms <= before_ms && remove(own, row)) ++removed;
    }
    cursor = std::move(page.value.cursor);
  } while (cursor && !stop_.stop_requested());
  return removed;
}

bool Retention::remove(sdk::Call const& call, sdk::Row const& row) {
  sdk::Expect expect;
  expect.version = row.version;
  auto const removed = store_.remove(call, plans, row.id, expect, sdk::random_id(), sdk::Durability::relaxed);
  if (removed) plans_.notifier().removed(std::string(plans), row.id);
  return static_cast<bool>(removed);
}

}  // namespace conductor::services::controller
