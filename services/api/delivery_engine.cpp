#include "services/api/delivery_engine.hpp"

#include "core/model/status.hpp"

namespace conductor::services::api {

namespace {

constexpr std::string_view table = sdk::tables::deliveries.name;
constexpr std::chrono::seconds store_pause{5}, store_time{30};
constexpr std::size_t page = 1000;

}  // namespace

DeliveryEngine::DeliveryEngine(DeliveryConfig config, store::Plans& plans, work::Lease& lease, RemoteClients clients,
                               sdk::Clock& clock, sdk::Log& log)
    : config_(std::move(config)),
      plans_(plans),
      store_(plans.store()),
      lease_(lease),
      clients_(std::move(clients)),
      clock_(clock),
      log_(log),
      timers_(clock),
      pool_("callbacks", config_.senders) {}

DeliveryEngine::~DeliveryEngine() {
  orders_ = {};
  changes_ = {};
  timers_.stop();
  stop_.request_stop();
  pool_.close();
}

void DeliveryEngine::start() {
  orders_ = plans_.notifier().subscribe(std::string(table), {.changed = [this](sdk::Row const& row) { learn(row); },
                                                             .removed = [this](std::string const& id) { forget(id); },
                                                             .look = [this] { look(); }});
  changes_ = plans_.notifier().subscribe(std::string(sdk::tables::plans.name),
                                         {.changed = [this](sdk::Row const& row) { plan_changed(row); },
                                          .removed = [this](std::string const& id) { plan_removed(id); },
                                          .look = [this] { look(); }});
}

void DeliveryEngine::drain(sdk::Time deadline) {
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
  }
  timers_.stop();
  pool_.drain(deadline);
  stop_.request_stop();
  pool_.close();
}

// --- what is known, and when it is looked at

void DeliveryEngine::learn(sdk::Row const& row) {
  std::lock_guard const lock(mutex_);
  auto& known = known_[row.id];
  known.plan_id = row.text("plan_id");
  known.all_events = progress_from(row.text("event")).all_events;
  by_plan_[known.plan_id].insert(row.id);
  wake_locked(row.id, known);
}

void DeliveryEngine::forget(std::string const& id) {
  std::lock_guard const lock(mutex_);
  auto const found = known_.find(id);
  if (found == known_.end()) return;
  if (found->second.timer) timers_.cancel(*found->second.timer);
  auto const of_plan = by_plan_.find(found->second.plan_id);
  if (of_plan != by_plan_.end()) {
    of_plan->second.erase(id);
    if (of_plan->second.empty()) by_plan_.erase(of_plan);
  }
  known_.erase(found);
}

void DeliveryEngine::plan_changed(sdk::Row const& row) {
  std::lock_guard const lock(mutex_);
  auto const orders = by_plan_.find(row.id);
  if (orders == by_plan_.end()) return;
  bool const final = model::status::is_final(row.text("status"));
  for (auto const& id : orders->second) {
    auto& known = known_[id];
    bool const came = std::exchange(known.plan_awaited, false);
    if (final || known.all_events) {
      wake_locked(id, known);
    } else if (came && known.timer) {
      timers_.cancel(*known.timer);
      known.timer.reset();
    }
  }
}

void DeliveryEngine::plan_removed(std::string const& plan_id) {
  std::lock_guard const lock(mutex_);
  auto const orders = by_plan_.find(plan_id);
  if (orders == by_plan_.end()) return;
  for (auto const& id : orders->second) {
    auto& known = known_[id];
    known.plan_gone = true;
    wake_locked(id, known);
  }
}

// Changes may have been missed: everything is read again, off the notifier's thread.
void DeliveryEngine::look() {
  std::lock_guard const lock(mutex_);
  if (draining_ || looking_) return;
  looking_ = true;
  pool_.post([this] { relist(); });
}

void DeliveryEngine::relist() {
  {
    // A look that comes while the list is read asks for another one.
    std::lock_guard const lock(mutex_);
    looking_ = false;
  }
  for (auto const state : {delivery_state::waiting, delivery_state::sending}) {
    std::optional<std::string> cursor;
    do {
      sdk::Call const call{.deadline = clock_.now() + store_time, .cancelled = stop_.get_token()};
      auto const listed = store_.list(call, table, {{"state", std::string(state)}}, cursor, page);
      if (!listed) {
        log_.warning("callbacks cannot be listed: " + listed.text);
        timers_.at(clock_.now() + store_pause, [this] { look(); });
        return;
      }
      for (auto const& row : listed.value.rows) learn(row);
      cursor = listed.value.cursor;
    } while (cursor);
  }
}

void DeliveryEngine::wake(std::string const& id) {
  std::lock_guard const lock(mutex_);
  if (auto const found = known_.find(id); found != known_.end()) wake_locked(id, found->second);
}

void DeliveryEngine::wake_locked(std::string const& id, Known& known) {
  if (draining_) return;
  if (known.timer) timers_.cancel(*known.timer);
  known.timer.reset();
  known.again = known.busy;
  if (known.busy) return;
  known.busy = pool_.post([this, id] { run(id); });
}

void DeliveryEngine::wake_later(std::string const& id, sdk::Duration pause) {
  std::lock_guard const lock(mutex_);
  auto const found = known_.find(id);
  if (draining_ || found == known_.end() || found->second.timer) return;
  found->second.timer = timers_.at(clock_.now() + pause, [this, id] { wake(id); });
}

void DeliveryEngine::run(std::string const& id) {
  try {
    examine(id);
  } catch (std::exception const& error) {
    log_.error("callback " + id + " failed: " + error.what());
    wake_later(id, store_pause);
  }
  std::lock_guard const lock(mutex_);
  auto const found = known_.find(id);
  if (found == known_.end()) return;
  found->second.busy = false;
  if (std::exchange(found->second.again, false)) wake_locked(id, found->second);
}

}  // namespace conductor::services::api
