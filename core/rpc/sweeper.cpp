#include "core/rpc/sweeper.hpp"

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;
constexpr std::size_t messages_at_once = 100, blobs_at_once = 500;

}  // namespace

void Sweeper::active() {
  std::lock_guard const lock(mutex_);
  if (armed_) {
    again_ = true;
    return;
  }
  armed_ = true;
  timers_.at(clock_.now() + period_, [this] {
    sweep();
    bool again = !seen_.empty();
    {
      std::lock_guard const relock(mutex_);
      armed_ = false;
      again = std::exchange(again_, false) || again;
    }
    // What was written since the timer was set, or seen for the first time, is not old enough yet.
    if (again) active();
  });
}

void Sweeper::sweep() {
  sweep_messages();
  while (true) {
    auto const swept =
        store_.sweep_blobs({.deadline = clock_.now() + patience, .request_id = "sweep"}, orphan_age_, blobs_at_once);
    if (!swept || swept.value < static_cast<std::int64_t>(blobs_at_once)) return;
  }
}

// Never by the times that stand in the rows: they are of the senders' clocks.
void Sweeper::sweep_messages() {
  auto const now = clock_.now();
  std::map<std::string, sdk::Time> seen;
  std::int64_t removed = 0;
  std::optional<std::string> cursor;
  do {
    sdk::Call const call{.deadline = clock_.now() + patience, .request_id = "sweep"};
    auto page = store_.list(call, sdk::tables::messages.name, {}, cursor, messages_at_once);
    if (!page) return;
    for (auto const& row : page.value.rows) {
      auto const known = seen_.find(row.id);
      auto const since = known == seen_.end() ? now : known->second;
      if (now - since >= 2 * period_ && messages_.remove(call, row))
        ++removed;
      else
        seen.emplace(row.id, since);
    }
    cursor = std::move(page.value.cursor);
  } while (cursor);
  seen_ = std::move(seen);
  if (removed > 0) log_.info("swept " + std::to_string(removed) + " messages that nobody took away");
}

}  // namespace conductor::rpc
