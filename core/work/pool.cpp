#include "core/work/pool.hpp"

#include <pthread.h>

namespace conductor::work {

void name_thread(std::string const& name) { ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str()); }

bool Pool::post(std::function<void()> task) {
  std::lock_guard const lock(mutex_);
  if (closed_) return false;
  tasks_.push_back(std::move(task));
  if (waiting_ < tasks_.size() && threads_.size() < limit_)
    threads_.emplace_back([this] { run(); });
  else
    work_.notify_one();
  return true;
}

bool Pool::drain(sdk::Time deadline) {
  std::unique_lock lock(mutex_);
  return idle_.wait_until(lock, deadline, [this] { return tasks_.empty() && busy_ == 0; });
}

void Pool::close() {
  std::vector<std::jthread> ending;
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    tasks_.clear();
    ending.swap(threads_);
  }
  work_.notify_all();
}

void Pool::run() {
  name_thread(name_);
  std::unique_lock lock(mutex_);
  while (true) {
    ++waiting_;
    work_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
    --waiting_;
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    ++busy_;
    lock.unlock();
    task();
    task = nullptr;  // what it holds may need the pool's lock to go
    lock.lock();
    --busy_;
    if (tasks_.empty() && busy_ == 0) idle_.notify_all();
  }
}

}  // namespace conductor::work
