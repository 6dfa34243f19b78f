#include "poller.hpp"

#include <algorithm>
#include <charconv>
#include <random>

namespace conductor::plugins::music {

using namespace std::chrono_literals;
using sdk::Event;

namespace {

constexpr std::chrono::milliseconds shortest_pause = 50ms, patience = 5s;
// How late a change may be found: its writer took its time, its clock differs, the replica was slow.
constexpr std::int64_t late_ms = 16'000, shallow_ms = 1'000, ahead_ms = 2'000, deep_every_ms = 4'000;
// Tables where nothing happens are looked at less often.
constexpr std::int64_t quiet_after_ms = 30'000, quiet_every_ms = 15'000, late_when_quiet_ms = 6'000;
constexpr std::int64_t oldest_cursor_ms = 120'000, remembered_ms = 180'000, cursor_stands_ms = 10'000;
// Whatever went wrong unnoticed, every watch looks by itself this often.
constexpr std::int64_t insurance_every_ms = 300'000;

bool is_busy_by_nature(sdk::Table const& table) {
  return table.name == sdk::tables::plans.name || table.name == sdk::tables::messages.name;
}

}  // namespace

class Poller::Handle final : public sdk::Watch {
 public:
  Handle(Poller& poller, sdk::WatchFilter filter, std::int64_t from_ms, bool resync,
         std::function<void(Event const&)> sink)
      : poller_(poller), filter_(std::move(filter)), sink_(std::move(sink)), from_ms_(from_ms), resync_(resync) {
    thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }
  ~Handle() override {
    thread_.request_stop();
    thread_.join();
    std::lock_guard const lock(poller_.mutex_);
    --poller_.watches_;
  }

 private:
  bool wants(Seen const& seen) const {
    return filter_.tables.empty() ||
           std::find(filter_.tables.begin(), filter_.tables.end(), seen.table) != filter_.tables.end();
  }

  void run(std::stop_token const& stop) {
    if (resync_) tell({Event::Kind::resync, "", "", 0, poller_.cursor_at(from_ms_)});
    std::unique_lock lock(poller_.mutex_);
    auto const begin = from_ms_ - late_ms;
    poller_.changed_.wait(lock, stop,
                          [&] { return poller_.covered_from_ms_ != 0 && poller_.covered_from_ms_ <= begin; });
    auto told = poller_.forgotten_;
    auto const joined = poller_.newest_;
    auto lost = poller_.lost_;
    while (!stop.stop_requested()) {
      poller_.changed_.wait(lock, stop, [&] { return poller_.newest_ > told || poller_.lost_ != lost; });
      if (stop.stop_requested()) return;
      std::vector<Event> events;
      if (poller_.lost_ != lost || told < poller_.forgotten_) {
        lost = poller_.lost_;
        events.push_back({Event::Kind::resync, "", "", 0, poller_.cursor_at(poller_.wire_.hosts().now_ms())});
      }
      for (auto at = poller_.seen_.upper_bound(told); at != poller_.seen_.end(); ++at) {
        auto const& seen = at->second;
        if (!wants(seen) || (at->first <= joined && seen.updated_ms < begin)) continue;
        events.push_back({seen.gone ? Event::Kind::remove : Event::Kind::put, seen.table, seen.id, seen.number,
                          poller_.cursor_at(seen.found_ms)});
      }
      told = poller_.newest_;
      lock.unlock();
      for (auto const& event : events)
        if (!stop.stop_requested()) tell(event);
      lock.lock();
    }
  }

  void tell(Event const& event) {
    try {
      sink_(event);
    } catch (std::exception const& error) {
      poller_.wire_.host().log().error(std::string("store/music: the sink of a watch threw: ") + error.what());
    }
  }

  Poller& poller_;
  sdk::WatchFilter filter_;
  std::function<void(Event const&)> sink_;
  std::int64_t const from_ms_;
  bool const resync_;
  std::jthread thread_;
};

Poller::Poller(Wire& wire, Rows& rows) : wire_(wire), rows_(rows), identity_("music:" + wire.options().keyspace + ":") {
  for (auto const& table : sdk::tables::all) tables_.push_back({&table, 0, 0, 0});
}

Poller::~Poller() { stop(); }

void Poller::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::string Poller::cursor_at(std::int64_t at_ms) const { return identity_ + std::to_string(at_ms); }

std::optional<std::int64_t> Poller::position(std::string const& cursor) const {
  if (!cursor.starts_with(identity_)) return std::nullopt;
  std::int64_t at = 0;
  auto const* const end = cursor.data() + cursor.size();
  auto const [stopped, error] = std::from_chars(cursor.data() + identity_.size(), end, at);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return at;
}

std::string Poller::cursor() {
  auto const now = wire_.hosts().now_ms();
  std::lock_guard const lock(mutex_);
  if (now - given_cursor_ms_ > cursor_stands_ms || now < given_cursor_ms_) given_cursor_ms_ = now;
  return cursor_at(given_cursor_ms_);
}

std::unique_ptr<sdk::Watch> Poller::watch(sdk::WatchFilter const& filter, std::string const& from,
                                          std::function<void(Event const&)> sink) {
  auto const now = wire_.hosts().now_ms();
  auto const at = from.empty() ? now : position(from).value_or(0);
  bool const resync = at < now - oldest_cursor_ms || at > now + oldest_cursor_ms;
  auto const from_ms = resync ? now : std::min(at, now);
  {
    std::lock_guard const lock(mutex_);
    ++watches_;
    auto const wanted = from_ms - late_ms;
    wanted_from_ms_ = wanted_from_ms_ == 0 ? wanted : std::min(wanted_from_ms_, wanted);
    nudged_ = true;
    if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }
  changed_.notify_all();
  return std::make_unique<Handle>(*this, filter, from_ms, resync, std::move(sink));
}

void Poller::wrote(sdk::Table const& table, std::string_view id, sdk::Version const& version, bool gone) {
  auto const now = wire_.hosts().now_ms();
  note({std::string(table.name), std::string(id), version.incarnation, version.number, now, gone, now});
  {
    std::lock_guard const lock(mutex_);
    nudged_ = true;
  }
  changed_.notify_all();
}

bool Poller::note(Seen seen) {
  {
    std::lock_guard const lock(mutex_);
    if (watches_ == 0) return false;
    auto const known = by_key_.find(Key(seen.table, seen.id));
    if (known != by_key_.end()) {
      auto const& old = seen_.at(known->second);
      // A replica that is behind shows what is known already.
      bool const newer =
          old.incarnation == seen.incarnation ? seen.number > old.number : seen.updated_ms > old.updated_ms;
      if (!newer) return false;
      seen_.erase(known->second);
    }
    by_key_[Key(seen.table, seen.id)] = ++newest_;
    seen_.emplace(newest_, std::move(seen));
  }
  changed_.notify_all();
  return true;
}

bool Poller::look_at(sdk::Call const& call, Looked& looked, std::int64_t from_ms, std::int64_t to_ms) {
  std::vector<std::string> slots;
  for (auto at = from_ms / slot_ms * slot_ms; at <= to_ms; at += slot_ms) slots.push_back(slot_of(at));
  auto const found = rows_.changed(call, *looked.table, slots);
  if (!found) return false;
  auto const now = wire_.hosts().now_ms();
  bool something = false;
  for (auto const& stored : found.rows) {
    auto const& row = stored.row;
    bool const fresh = note({std::string(looked.table->name), row.id, row.version.incarnation, row.version.number,
                             row.updated_ms, stored.gone, now});
    something = something || fresh;
  }
  if (something) looked.active_ms = now;
  return true;
}

// The first time all tables from as far back as is wanted; later what is missing before that.
void Poller::cover(sdk::Call const& call) {
  std::int64_t wanted = 0, covered = 0;
  {
    std::lock_guard const lock(mutex_);
    wanted = wanted_from_ms_;
    covered = covered_from_ms_;
  }
  auto const now = wire_.hosts().now_ms();
  if (covered != 0 && covered <= wanted) return;
  for (auto& looked : tables_) {
    if (!look_at(call, looked, wanted, covered == 0 ? now + ahead_ms : covered)) return;
    if (covered == 0) looked.until_ms = looked.deep_ms = now;
  }
  {
    std::lock_guard const lock(mutex_);
    covered_from_ms_ = wanted;
  }
  changed_.notify_all();
}

bool Poller::look(sdk::Call const& call) {
  std::uint64_t before = 0;
  {
    std::lock_guard const lock(mutex_);
    if (covered_from_ms_ == 0) return false;
    before = newest_;
  }
  bool missed = false;
  for (auto& looked : tables_) {
    if (call.expired(wire_.host().clock())) break;
    auto const now = wire_.hosts().now_ms();
    // Beats of workers are no news.
    bool const beats = looked.table->name == sdk::tables::workers.name;
    bool const quiet = beats || (!is_busy_by_nature(*looked.table) && now - looked.active_ms > quiet_after_ms);
    if (quiet && now - looked.until_ms < quiet_every_ms && now >= looked.until_ms) continue;
    bool const deep = quiet || now - looked.deep_ms >= deep_every_ms;
    auto const from = std::min(looked.until_ms, now) - (quiet ? late_when_quiet_ms : deep ? late_ms : shallow_ms);
    missed = missed || now - looked.until_ms > oldest_cursor_ms;
    if (!look_at(call, looked, std::max(from, now - oldest_cursor_ms), deep ? now + ahead_ms : now)) continue;
    looked.until_ms = now;
    if (deep) looked.deep_ms = now;
  }
  std::lock_guard const lock(mutex_);
  if (missed) ++lost_;
  return newest_ != before || missed;
}

void Poller::forget_old() {
  auto const before = wire_.hosts().now_ms() - remembered_ms;
  std::lock_guard const lock(mutex_);
  while (!seen_.empty() && seen_.begin()->second.found_ms < before) {
    auto const& [number, seen] = *seen_.begin();
    by_key_.erase(Key(seen.table, seen.id));
    forgotten_ = number;
    seen_.erase(seen_.begin());
  }
  covered_from_ms_ = covered_from_ms_ == 0 ? 0 : std::max(covered_from_ms_, before);
  wanted_from_ms_ = std::max(wanted_from_ms_, covered_from_ms_);
}

void Poller::run(std::stop_token const& stop) {
  std::minstd_rand random(std::random_device{}());
  auto& clock = wire_.host().clock();
  auto const longest = std::max(wire_.options().polling_interval, shortest_pause);
  auto pause = shortest_pause;
  auto insured = wire_.hosts().now_ms();
  while (!stop.stop_requested()) {
    auto const begin = clock.now();
    sdk::Call call{.deadline = begin + patience, .cancelled = stop, .request_id = "watch"};
    cover(call);
    bool const active = look(call);
    forget_old();
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin);
    pause = active ? shortest_pause : std::min(pause * 2, longest);
    auto const wait = std::max(pause * std::uniform_int_distribution<int>(80, 120)(random) / 100, took * 2);
    std::unique_lock lock(mutex_);
    if (wire_.hosts().now_ms() - insured > insurance_every_ms) {
      insured = wire_.hosts().now_ms();
      ++lost_;
      changed_.notify_all();
    }
    // Soon after this process wrote something, others answer.
    auto const nudged = [&] { return nudged_; };
    if (changed_.wait_for(lock, stop, std::max(wait, shortest_pause), nudged)) {
      pause = shortest_pause;
      nudged_ = false;
      changed_.wait_for(lock, stop, std::max(shortest_pause / 2, took), [] { return false; });
    }
    if (watches_ != 0) continue;
    seen_.clear();
    by_key_.clear();
    forgotten_ = newest_;
    covered_from_ms_ = wanted_from_ms_ = 0;
    changed_.wait(lock, stop, [&] { return watches_ != 0; });
  }
}

}  // namespace conductor::plugins::music
