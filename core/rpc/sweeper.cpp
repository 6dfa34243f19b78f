#include "core/rpc/sweeper.hpp"

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;
constexpr std::size_t messages_at_once = 100, blobs_at_once = 500;
constexpr auto youngest_orphan = 2min;  // a blob younger than this may be about to be referred to

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
    bool again = false;
    {
      std::lock_guard const relock(mutex_);
      armed_ = false;
      again = std::exchange(again_, false);
    }
    // What was written since the timer was set is not old enough yet.
    if (again) active();
  });
}

void Sweeper::sweep() {
  sweep_messages();
  auto const age = std::max<std::chrono::milliseconds>(period_, youngest_orphan);
  while (true) {
    auto const swept =
        store_.sweep_blobs({.deadline = clock_.now() + patience, .request_id = "sweep"}, age, blobs_at_once);
    if (!swept || swept.value < static_cast<std::int64_t>(blobs_at_once)) return;
  }
}

void Sweeper::sweep_messages() {
  auto const oldest = clock_.wall_ms() - period_.count();
  std::int64_t removed = 0;
  std::optional<std::string> cursor;
  do {
    sdk::Call const call{.deadline = clock_.now() + patience, .request_id = "sweep"};
    auto page = store_.list(call, sdk::tables::messages.name, {}, cursor, messages_at_once);
    if (!page) return;
    for (auto const& row : page.value.rows) {
      // Rows come by age.
      if (row.created_ms > oldest) {
        page.value.cursor.reset();
        break;
      }
      removed += messages_.remove(call, row) ? 1 : 0;
    }
    cursor = std::move(page.value.cursor);
  } while (cursor);
  if (removed > 0) log_.info("swept " + std::to_string(removed) + " messages that nobody took away");
}

}  // namespace conductor::rpc
