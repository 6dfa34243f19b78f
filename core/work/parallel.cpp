#include "core/work/parallel.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace conductor::work {

void run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  auto const work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      try {
        tasks[i](call);
      } catch (...) {
        std::lock_guard const lock(mutex);
        if (!first) first = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(at_once, tasks.size()); ++i) others.emplace_back(work);
    work();
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace conductor::work
