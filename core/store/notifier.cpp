#include "core/store/notifier.hpp"

#include <pthread.h>

#include <algorithm>

namespace conductor::store {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;                         // for one question to the store
constexpr auto shortest_pause = 50ms;                  // between two looks, right after something happened
constexpr auto first_retry = 1s, longest_retry = 30s;  // of a watch that could not be opened
constexpr std::size_t remembered = 1024;               // own mutations whose echo is awaited
constexpr std::size_t rows_at_once = 100;

}  // namespace

struct Notifier::Subscription::Entry {
  std::string table;
  Subscriber subscriber;
  std::mutex calling;
  bool active = true;

  template <class Tell>
  void call(Tell const& tell) {
    std::lock_guard const lock(calling);
    if (active) tell(subscriber);
  }
};

Notifier::Subscription::Subscription(Subscription&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), entry_(std::move(other.entry_)) {}

Notifier::Subscription& Notifier::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(entry_, other.entry_);
  return *this;
}

Notifier::Subscription::~Subscription() {
  if (!entry_) return;
  {
    std::lock_guard const lock(owner_->mutex_);
    std::erase(owner_->subscribers_[entry_->table], entry_);
  }
  std::lock_guard const lock(entry_->calling);
  entry_->active = false;
}

Notifier::Notifier(sdk::Store& store, sdk::Clock& clock, std::chrono::milliseconds longest_pause)
    : store_(store), clock_(clock), longest_pause_(longest_pause), pause_(shortest_pause), retry_pause_(first_retry) {}

Notifier::~Notifier() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  watch_.reset();
}

Notifier::Subscription Notifier::subscribe(std::string table, Subscriber subscriber) {
  Subscription subscription;
  subscription.owner_ = this;
  subscription.entry_ = std::make_shared<Subscription::Entry>();
  subscription.entry_->table = table;
  subscription.entry_->subscriber = std::move(subscriber);
  {
    std::lock_guard const lock(mutex_);
    subscribers_[table].push_back(subscription.entry_);
    look_.insert(table);
    if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
  }
  alarm_.ring();
  return subscription;
}

Notifier::Writing::Writing(Notifier& notifier, std::string table, std::string id, std::int64_t number)
    : notifier_(notifier), table_(std::move(table)), id_(std::move(id)), number_(number) {
  std::lock_guard const lock(notifier_.mutex_);
  notifier_.writing_.push_back({{table_, id_}, number_});
}

Notifier::Writing::~Writing() {
  if (settled_) return;
  {
    std::lock_guard const lock(notifier_.mutex_);
    notifier_.writing_.remove({{table_, id_}, number_});
    auto& change = notifier_.changes_[{table_, id_}];
    change.put = true;
    change.number = std::max(change.number, number_);
  }
  notifier_.alarm_.ring();
}

void Notifier::Writing::refused() {
  {
    std::lock_guard const lock(notifier_.mutex_);
    auto const own = std::find(notifier_.writing_.begin(), notifier_.writing_.end(), Own{{table_, id_}, number_});
    bool const echoed = own != notifier_.writing_.end() && own->echoed;
    // What was taken for our echo was somebody else's change: the destructor has it told.
    if (echoed) return;
    if (own != notifier_.writing_.end()) notifier_.writing_.erase(own);
  }
  settled_ = true;
}

void Notifier::Writing::done(sdk::Row const& row) {
  settled_ = true;
  {
    std::lock_guard const lock(notifier_.mutex_);
    auto const own = std::find(notifier_.writing_.begin(), notifier_.writing_.end(), Own{{table_, id_}, number_});
    bool const echoed = own != notifier_.writing_.end() && own->echoed;
    if (own != notifier_.writing_.end()) notifier_.writing_.erase(own);
    if (!echoed && notifier_.watching_) {
      notifier_.written_.push_back({{table_, id_}, row.version.number});
      if (notifier_.written_.size() > remembered) notifier_.written_.pop_front();
    }
    notifier_.look_sooner();
  }
  notifier_.tell_row(table_, row);
}

void Notifier::removed(std::string const& table, std::string const& id) { tell_removed(table, id); }

bool Notifier::watching() const {
  std::lock_guard const lock(mutex_);
  return watching_;
}

void Notifier::found() {
  std::lock_guard const lock(mutex_);
  look_sooner();
}

// With the lock held.
void Notifier::look_sooner() {
  if (watching_) return;
  pause_ = shortest_pause;
  auto const soon = clock_.now() + pause_;
  if (soon >= next_look_) return;
  next_look_ = soon;
  alarm_.ring();
}

// With the lock held. One thread looks for everybody, so the shortest of all pauses counts.
std::chrono::milliseconds Notifier::longest_pause() const {
  auto longest = longest_pause_;
  for (auto const& [table, list] : subscribers_)
    for (auto const& entry : list) longest = std::min(longest, entry->subscriber.longest_pause);
  return std::max<std::chrono::milliseconds>(longest, shortest_pause);
}

void Notifier::set_longest_pause(std::chrono::milliseconds pause) {
  std::lock_guard const lock(mutex_);
  longest_pause_ = pause;
}

// With the lock held.
bool Notifier::own_echo(Key const& key, std::int64_t number) {
  for (auto& own : writing_)
    if (own.number == number && own.key == key) return own.echoed = true;
  auto const found = std::find(written_.begin(), written_.end(), Own{key, number});
  if (found == written_.end()) return false;
  // Events of earlier versions may have been merged into this one and will not come.
  std::erase_if(written_, [&](Own const& own) { return own.key == key && own.number <= number; });
  return true;
}

void Notifier::on_event(sdk::Event const& event) {
  {
    std::lock_guard const lock(mutex_);
    if (event.kind == sdk::Event::Kind::resync) {
      for (auto const& [table, list] : subscribers_) look_.insert(table);
    } else {
      auto const found = subscribers_.find(event.table);
      if (found == subscribers_.end() || found->second.empty()) return;
      bool const gone = event.kind == sdk::Event::Kind::remove;
      // Beats of workers concern nobody.
      if (!gone && event.table == sdk::tables::workers.name) return;
      Key key{event.table, event.id};
      if (!gone && own_echo(key, event.number)) return;
      auto& change = changes_[std::move(key)];
      if (gone)
        change = {.gone = true};
      else
        change.put = true, change.number = std::max(change.number, event.number);
    }
  }
  alarm_.ring();
}

Notifier::Work Notifier::collect() {
  Work work;
  auto const now = clock_.now();
  std::lock_guard const lock(mutex_);
  work.changes.swap(changes_);
  if (subscribers_.empty()) return work;
  if (!watching_) {
    work.open_watch = now >= next_try_;
    if (now >= next_look_) {
      for (auto const& [table, list] : subscribers_) look_.insert(table);
      next_look_ = now + pause_;
      pause_ = std::min(pause_ * 2, longest_pause());
    }
    work.next = std::min(next_look_, next_try_);
  }
  // The first look comes when the watch stands, so that nothing falls between the two.
  if (!work.open_watch) work.look.swap(look_);
  return work;
}

void Notifier::run(std::stop_token const& stop) {
  ::pthread_setname_np(::pthread_self(), "notifier");
  while (!stop.stop_requested()) {
    auto const work = collect();
    if (work.open_watch) {
      open_watch(stop);
      continue;
    }
    if (work.changes.empty() && work.look.empty()) {
      alarm_.wait_until(clock_, work.next, stop);
      continue;
    }
    tell(work.changes, stop);
    for (auto const& table : work.look) tell_look(table);
  }
}

void Notifier::open_watch(std::stop_token const& stop) {
  watch_.reset();
  sdk::Call const call{.deadline = clock_.now() + patience, .cancelled = stop};
  auto const cursor = store_.cursor(call);
  sdk::Read<std::unique_ptr<sdk::Watch>> opened{.outcome = cursor.outcome, .text = cursor.text};
  if (cursor) opened = store_.watch(call, {}, cursor.value, [this](sdk::Event const& event) { on_event(event); });
  watch_ = std::move(opened.value);
  std::lock_guard const lock(mutex_);
  watching_ = opened.outcome == sdk::Outcome::ok;
  for (auto const& [table, list] : subscribers_) look_.insert(table);
  if (watching_) return;
  // `invalid`: this store never notifies. Anything else may pass.
  next_try_ = opened.outcome == sdk::Outcome::invalid ? sdk::Time::max() : clock_.now() + retry_pause_;
  retry_pause_ = std::min<std::chrono::milliseconds>(retry_pause_ * 2, longest_retry);
}

void Notifier::tell(std::map<Key, Change> const& changes, std::stop_token const& stop) {
  std::map<std::string, std::vector<Told>> put;
  for (auto const& [key, change] : changes) {
    if (change.gone) tell_removed(key.table, key.id);
    if (change.put) put[key.table].push_back({key.id, change.number});
  }
  for (auto const& [table, told] : put) {
    if (!wants_rows(table)) {
      for (auto const& entry : entries(table))
        entry->call([](Subscriber const& to) {
          if (to.touched) to.touched();
        });
      continue;
    }
    for (std::span<Told const> rest(told); !rest.empty();) {
      auto const part = rest.first(std::min(rows_at_once, rest.size()));
      tell_rows(table, part, stop);
      rest = rest.subspan(part.size());
    }
  }
}

bool Notifier::wants_rows(std::string const& table) const {
  auto const all = entries(table);
  return std::any_of(all.begin(), all.end(),
                     [](auto const& entry) { return static_cast<bool>(entry->subscriber.changed); });
}

void Notifier::tell_rows(std::string const& table, std::span<Told const> told, std::stop_token const& stop) {
  sdk::Call const call{.deadline = clock_.now() + patience, .cancelled = stop};
  std::vector<std::string> ids;
  for (auto const& one : told) ids.push_back(one.id);
  // What the store has at hand is often the change itself. What is older is read once more.
  auto rows = store_.get_many(call, table, ids, sdk::Strength::relaxed);
  std::set<std::string_view> present;
  for (auto const& row : rows.value) {
    auto const one = std::find_if(told.begin(), told.end(), [&](Told const& each) { return each.id == row.id; });
    if (one == told.end() || row.version.number < one->number) continue;
    present.insert(one->id);
    tell_row(table, row);
  }
  std::erase_if(ids, [&](std::string const& id) { return present.contains(id); });
  if (!ids.empty()) tell_newest(call, table, ids);
}

void Notifier::tell_newest(sdk::Call const& call, std::string const& table, std::vector<std::string> const& ids) {
  auto const rows = store_.get_many(call, table, ids);
  if (!rows) {
    // The subscribers' own lists meet the same trouble, and have their own patience with it.
    tell_look(table);
    return;
  }
  std::set<std::string_view> present;
  for (auto const& row : rows.value) {
    present.insert(row.id);
    tell_row(table, row);
  }
  for (auto const& id : ids)
    if (!present.contains(id)) tell_removed(table, id);
}

void Notifier::tell_row(std::string const& table, sdk::Row const& row) {
  for (auto const& entry : entries(table))
    entry->call([&](Subscriber const& to) {
      if (to.changed) to.changed(row);
      if (to.touched) to.touched();
    });
}

void Notifier::tell_removed(std::string const& table, std::string const& id) {
  for (auto const& entry : entries(table))
    entry->call([&](Subscriber const& to) {
      if (to.removed) to.removed(id);
    });
}

void Notifier::tell_look(std::string const& table) {
  for (auto const& entry : entries(table))
    entry->call([](Subscriber const& to) {
      if (to.look) to.look();
    });
}

Notifier::Entries Notifier::entries(std::string const& table) const {
  std::lock_guard const lock(mutex_);
  auto const found = subscribers_.find(table);
  return found == subscribers_.end() ? Entries{} : found->second;
}

}  // namespace conductor::store
