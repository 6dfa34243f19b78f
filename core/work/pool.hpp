// A bounded pool of threads for blocking work. Threads are started as work needs them and then kept.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace conductor::work {

class Pool {
 public:
  // `name`: of the threads as tools show them (15 characters are kept).
  Pool(std::string name, std::size_t threads) : name_(std::move(name)), limit_(threads == 0 ? 1 : threads) {}
  ~Pool() { close(); }
  Pool(Pool const&) = delete;
  Pool& operator=(Pool const&) = delete;

  // Runs `task` on a thread of the pool, in the order of posting. False after close(). A task must not throw.
  bool post(std::function<void()> task);
  // Waits until nothing is queued or under way; false when that is not so at `deadline` of the machine's monotonic
  // clock.
  bool drain(sdk::Time deadline);
  // No new tasks; queued ones are dropped, those under way are waited for.
  void close();

 private:
  void run();

  std::string const name_;
  std::size_t const limit_;
  std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<std::function<void()>> tasks_;
  std::size_t busy_ = 0, waiting_ = 0;
  bool closed_ = false;
  std::vector<std::jthread> threads_;
};

// Names the calling thread.
void name_thread(std::string const& name);

}  // namespace conductor::work
