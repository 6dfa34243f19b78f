#include "core/work/timers.hpp"

#include "core/work/pool.hpp"

namespace conductor::work {

Timers::Id Timers::at(sdk::Time when, std::function<void()> task) {
  Id id = 0;
  bool sooner = false;
  {
    std::lock_guard const lock(mutex_);
    if (stopped_) return 0;
    id = ++last_;
    auto const place = tasks_.emplace(when, std::pair(id, std::move(task)));
    by_id_.emplace(id, place);
    if (thread_.joinable())
      sooner = when < awake_at_;
    else
      thread_ = std::jthread([this](std::stop_token const& token) { run(token); });
  }
  if (sooner) alarm_.ring();
  return id;
}

bool Timers::cancel(Id id) {
  std::lock_guard const lock(mutex_);
  auto const found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  tasks_.erase(found->second);
  by_id_.erase(found);
  return true;
}

void Timers::stop() {
  std::jthread ending;
  {
    std::lock_guard const lock(mutex_);
    stopped_ = true;
    tasks_.clear();
    by_id_.clear();
    ending = std::move(thread_);
  }
}

void Timers::run(std::stop_token const& stop) {
  name_thread("timers");
  while (!stop.stop_requested()) {
    std::function<void()> due;
    auto next = sdk::Time::max();
    {
      std::lock_guard const lock(mutex_);
      if (auto const first = tasks_.begin(); first != tasks_.end()) {
        next = first->first;
        if (next <= clock_.now()) {
          due = std::move(first->second.second);
          by_id_.erase(first->second.first);
          tasks_.erase(first);
        }
      }
      if (!due) awake_at_ = next;
    }
    if (due)
      due();
    else
      alarm_.wait_until(clock_, next, stop);
  }
}

}  // namespace conductor::work
