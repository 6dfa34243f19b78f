// Things to do later: watchdogs, deadlines, delayed looks. One thread per object, started by the first timer; it sleeps
// while there is nothing to do.
#pragma once
#include "core/work/alarm.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace conductor::work {

class Timers {
 public:
  using Id = std::uint64_t;

  explicit Timers(sdk::Clock& clock) : clock_(clock) {}
  Timers(Timers const&) = delete;
  Timers& operator=(Timers const&) = delete;
  // Drops what has not come due and waits for a task under way.
  ~Timers() { stop(); }

  // Runs `task` at `when` on the timers' thread, one task at a time. Tasks may add and cancel timers.
  Id at(sdk::Time when, std::function<void()> task);
  // False when it has run, runs just now, or never was. Does not wait for it.
  bool cancel(Id id);
  // No task runs after this.
  void stop();

 private:
  void run(std::stop_token const& stop);

  sdk::Clock& clock_;
  Alarm alarm_;
  std::mutex mutex_;
  bool stopped_ = false;
  Id last_ = 0;
  std::multimap<sdk::Time, std::pair<Id, std::function<void()>>> tasks_;
  std::map<Id, std::multimap<sdk::Time, std::pair<Id, std::function<void()>>>::iterator> by_id_;
  // When the thread looks again by itself. The timer that it slept for may be cancelled by then: most are, and waking
  // the thread for each of the next ones would cost more than that one look.
  sdk::Time awake_at_ = sdk::Time::max();
  std::jthread thread_;
};

// Calls `bark` at a deadline unless it is destroyed before. The bark may still run while the destructor does: it must
// not refer to anything that dies with the watchdog.
class Watchdog {
 public:
  Watchdog(Timers& timers, sdk::Time deadline, std::function<void()> bark)
      : timers_(timers), id_(timers.at(deadline, std::move(bark))) {}
  ~Watchdog() { timers_.cancel(id_); }
  Watchdog(Watchdog const&) = delete;
  Watchdog& operator=(Watchdog const&) = delete;

 private:
  Timers& timers_;
  Timers::Id id_;
};

}  // namespace conductor::work
