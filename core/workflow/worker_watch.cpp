// What the worker hears from the notifier, and what it looks for itself: waiting plans, plans left behind by dead
// workers, deadlines.
#include "core/workflow/worker.hpp"

#include <random>

namespace conductor::workflow {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_size = 200, most_waiting = 1000;
constexpr auto chore_patience = 10s;
constexpr std::chrono::milliseconds first_pause{250},
    longest_pause{10'000};  // between looks that the store does not answer
// A lock file that has become free shows a death on this host; nobody tells of it.
constexpr std::chrono::milliseconds lock_file_pause{1000};

std::chrono::milliseconds jittered(std::chrono::milliseconds pause) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::int64_t>(pause.count() / 2, pause.count())(random));
}

}  // namespace

sdk::Call Worker::background_call() const {
  return {.deadline = clock_.now() + chore_patience, .request_id = "worker"};
}

sdk::Time Worker::plan_deadline(std::int64_t at_ms) const {
  if (at_ms == 0) return sdk::Time::max();
  return clock_.now() + std::chrono::milliseconds(at_ms - clock_.wall_ms());
}

// A state that nobody works on, and whose expiry is ours to see.
bool Worker::is_waiting(sdk::Row const& row) const { return transitions_.claimable(row) || is_guarded(row); }

bool Worker::is_guarded(sdk::Row const& row) const {
  auto const& status = row.text("status");
  return std::find(stage_.guards.begin(), stage_.guards.end(), status) != stage_.guards.end();
}

// The age is that of the row by the wall clocks of two machines; what is waited for here takes minutes.
sdk::Time Worker::guarded_until(sdk::Row const& row) const {
  if (options_.guarded_time == std::chrono::milliseconds::max() || !is_guarded(row)) return sdk::Time::max();
  return clock_.now() + options_.guarded_time - std::chrono::milliseconds(clock_.wall_ms() - row.updated_ms);
}

void Worker::changed(sdk::Row const& row) {
  HeldPlan lost;
  {
    std::lock_guard const lock(mutex_);
    if (auto const found = held_.find(row.id); found != held_.end() && found->second->lost_in(row))
      lost = found->second;
  }
  if (lost) lost->end(Ended::lost);
  notice_waiting(row);
  notice_foreign(row);
  watch_expiry(row);
}

void Worker::removed(std::string const& id) {
  HeldPlan gone;
  {
    std::lock_guard const lock(mutex_);
    waiting_.drop(id);
    foreign_.erase(id);
    if (auto const timer = expiring_.find(id); timer != expiring_.end()) {
      chores_.cancel(timer->second);
      expiring_.erase(timer);
    }
    if (auto const found = held_.find(id); found != held_.end()) gone = found->second;
  }
  if (gone) gone->end(Ended::deleted);
}

void Worker::notice_waiting(sdk::Row const& row) {
  std::lock_guard const lock(mutex_);
  if (!transitions_.claimable(row)) return waiting_.drop(row);
  waiting_.put(row);
  wake();
}

void Worker::notice_foreign(sdk::Row const& row) {
  {
    std::lock_guard const lock(mutex_);
    auto const found = foreign_.find(row.id);
    if (found != foreign_.end() && is_older(row, found->second)) return;
    // A plan that we are about to claim, and that another worker has claimed meanwhile, is among the held ones and is
    // not ours.
    auto const held = held_.find(row.id);
    bool const ours = held != held_.end() && held->second->token == row.text("claim");
    bool const foreign = row.text("status") == stage_.working && !transitions_.claimable(row) && !ours;
    if (!foreign) {
      if (found != foreign_.end()) foreign_.erase(found);
      return;
    }
    foreign_[row.id] = row;
  }
  schedule_recovery();
}

void Worker::watch_expiry(sdk::Row const& row) {
  auto const when = std::min(plan_deadline(row), guarded_until(row));
  if (when == sdk::Time::max()) return;
  bool const waits = is_waiting(row);
  std::lock_guard const lock(mutex_);
  auto const found = expiring_.find(row.id);
  if (waits && found == expiring_.end() && !draining_) {
    expiring_[row.id] = chores_.at(when, [this, id = row.id] { expire(id); });
  } else if (!waits && found != expiring_.end()) {
    chores_.cancel(found->second);
    expiring_.erase(found);
  }
}

void Worker::later(std::string const& id, sdk::Duration pause) {
  auto const when = clock_.now() + pause;
  {
    std::lock_guard const lock(mutex_);
    waiting_.delay(id, when);
  }
  chores_.at(when, [this] {
    std::lock_guard const lock(mutex_);
    wake();
  });
}

void Worker::look() {
  {
    std::lock_guard const lock(mutex_);
    if (draining_) return;
  }
  bool found = false;
  auto const each = [&](sdk::Row const& row) {
    found = true;
    changed(row);
  };
  bool answered = list(stage_.from, each) && list(stage_.working, each);
  for (auto const status : stage_.guards) answered = answered && list(status, each);
  if (!answered) return look_again_later();
  {
    std::lock_guard const lock(mutex_);
    look_pause_ = first_pause;
  }
  if (found) plans_.notifier().found();
  check_held();
  recover();
}

void Worker::look_again_later() {
  std::chrono::milliseconds pause{};
  {
    std::lock_guard const lock(mutex_);
    if (draining_ || look_scheduled_) return;
    look_scheduled_ = true;
    pause = look_pause_;
    look_pause_ = std::min(look_pause_ * 2, longest_pause);
  }
  chores_.at(clock_.now() + pause, [this] {
    {
      std::lock_guard const lock(mutex_);
      look_scheduled_ = false;
    }
    look();
  });
}

bool Worker::list(std::string_view status, std::function<void(sdk::Row const&)> const& each) {
  std::optional<std::string> cursor;
  std::size_t seen = 0;
  do {
    auto page = plans_.store().list(background_call(), sdk::tables::plans.name, {{"status", std::string(status)}},
                                    cursor, page_size);
    if (!page) {
      log_.warning("cannot list plans in '" + std::string(status) + "': " + std::string(to_string(page.outcome)) + " " +
                   page.text);
      return false;
    }
    for (auto const& row : page.value.rows) each(row);
    seen += page.value.rows.size();
    cursor = std::move(page.value.cursor);
  } while (cursor && seen < most_waiting + page_size);
  return true;
}

// After a gap in what was told: are the plans in work still ours?
void Worker::check_held() {
  std::vector<std::string> ids;
  {
    std::lock_guard const lock(mutex_);
    // One that is being created may not be there yet.
    for (auto const& [id, held] : held_)
      if (!held->incarnation.empty() || rows_held_.contains(id)) ids.push_back(id);
  }
  if (ids.empty()) return;
  auto const rows = plans_.store().get_many(background_call(), sdk::tables::plans.name, ids);
  if (!rows) return;
  std::set<std::string_view> present;
  for (auto const& row : rows.value) {
    present.insert(row.id);
    changed(row);
  }
  for (auto const& id : ids)
    if (!present.contains(id)) removed(id);
}

void Worker::schedule_recovery() {
  {
    std::lock_guard const lock(mutex_);
    if (draining_ || recovery_scheduled_ || foreign_.empty()) return;
    recovery_scheduled_ = true;
  }
  chores_.at(clock_.now() + jittered(std::min(options_.lease_ttl / 2, lock_file_pause)), [this] {
    {
      std::lock_guard const lock(mutex_);
      recovery_scheduled_ = false;
    }
    recover();
  });
}

void Worker::recover() {
  std::vector<sdk::Row> suspects;
  {
    std::lock_guard const lock(mutex_);
    if (draining_) return;
    for (auto const& [id, row] : foreign_)
      if (!held_.contains(id)) suspects.push_back(row);
  }
  for (auto const& row : suspects) recover(row);
  schedule_recovery();
}

void Worker::recover(sdk::Row const& row) {
  auto const& token = row.text("claim");
  auto call = background_call();
  call.plan_id = row.id;
  // A claim of this process that no thread of it knows: its outcome was in doubt.
  bool const ours = sdk::claim_owner(token) == lease_.id();
  if (!token.empty() && !ours && !lease_.is_dead(call, token)) return;
  log_.warning(call, "the worker '" + std::string(sdk::claim_owner(token)) + "' left the plan in '" +
                         std::string(stage_.working) + "'; it is taken over");
  if (stage_.takeover == Takeover::give_back) {
    if (transitions_.take_over(call, row)) return;
    // Refused: the row is told to us as it stands now.
    return;
  }
  std::lock_guard const lock(mutex_);
  foreign_.erase(row.id);
  waiting_.put(row);
  wake();
}

void Worker::expire(std::string const& id) {
  {
    std::lock_guard const lock(mutex_);
    expiring_.erase(id);
    if (draining_ || held_.contains(id)) return;
  }
  auto call = background_call();
  call.plan_id = id;
  auto const read = plans_.store().get(call, sdk::tables::plans.name, id);
  if (read.outcome == sdk::Outcome::not_found || (read && !is_waiting(read.value))) return;
  if (!read) return look_again_later();
  if (plan_deadline(read.value) > clock_.now()) {
    // The wall clock may have been set back.
    if (guarded_until(read.value) > clock_.now()) return watch_expiry(read.value);
    auto const text = "waited too long in '" + read.value.text("status") + "', begins anew";
    return report(call, transitions_.rehome(call, read.value), text);
  }
  auto const message = messages::timed_out(read.value.integer("timeout"), id);
  report(call, transitions_.refuse(call, read.value, message), message);
}

}  // namespace conductor::workflow
