// The pool behind a guard. Threads are made on demand and belong to the pool, which lives as long as any of them.
#include "core/plugin/guard.hpp"

#include "core/work/pool.hpp"

#include "conductor/sdk/waiting.hpp"

namespace conductor::plugin {

using sdk::Errc;
using sdk::Error;

struct Guard::Pool : std::enable_shared_from_this<Guard::Pool> {
  std::mutex mutex;
  std::condition_variable work_or_end, thread_ended;
  std::deque<std::shared_ptr<Job>> queue;
  std::size_t limit = 1, threads = 0, idle = 0, busy = 0, stuck = 0;
  bool ending = false;
  std::string name;  // of the threads

  void push(std::shared_ptr<Job> job) {
    {
      std::lock_guard const lock(mutex);
      queue.push_back(std::move(job));
      if (idle < queue.size()) {
        if (threads >= limit) return;
        ++threads;
        std::thread([self = shared_from_this()] { self->serve(); }).detach();
        return;
      }
    }
    work_or_end.notify_one();
  }

  void serve() {
    work::name_thread(name);
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      work_or_end.wait(lock, [&] { return ending || !queue.empty(); });
      --idle;
      if (queue.empty()) break;
      auto const job = std::move(queue.front());
      queue.pop_front();
      ++busy;
      lock.unlock();
      bool const was_abandoned = execute(*job);
      lock.lock();
      if (was_abandoned) --stuck;
      --busy;
    }
    --threads;
    thread_ended.notify_all();
  }

  // Runs the job unless its caller has left meanwhile. True when the caller left while it ran.
  static bool execute(Job& job) {
    {
      std::lock_guard const lock(job.mutex);
      if (job.abandoned) return false;
      job.state = Job::State::running;
    }
    job.work();
    job.work = nullptr;  // what it owns goes now, on the plugin's own thread
    bool abandoned = false;
    {
      std::lock_guard const lock(job.mutex);
      job.state = Job::State::finished;
      abandoned = job.abandoned;
    }
    job.changed.notify_all();
    return abandoned;
  }
};

Guard::Guard(GuardConfig config, sdk::Log& log, sdk::Counter& overruns)
    : config_(std::move(config)), log_(log), overruns_(overruns), pool_(std::make_shared<Pool>()) {
  pool_->name = config_.plugin;
  pool_->limit = std::max<std::size_t>(config_.threads, 1);
}

bool Guard::end() {
  std::unique_lock lock(pool_->mutex);
  pool_->ending = true;
  pool_->work_or_end.notify_all();
  pool_->thread_ended.wait_for(lock, config_.grace, [&] { return pool_->threads == 0; });
  return pool_->busy == 0;
}

bool Guard::wait_for(sdk::Call const& call, std::string_view what, std::shared_ptr<Job> const& job,
                     std::optional<Error>& why) {
  if (call.cancelled.stop_requested()) {
    why = Error{Errc::cancelled,
                "plugin " + config_.plugin + ": " + std::string(what) + " was not called, the work was cancelled"};
    return false;
  }
  pool_->push(job);
  auto const finished = [&] { return job->state == Job::State::finished; };
  // First until deadline or cancellation, then the grace in which a well-behaved call answers by itself.
  if (sdk::wait_until(job->changed, job->mutex, call.cancelled, call.deadline, finished)) return true;
  std::unique_lock lock(job->mutex);
  if (job->changed.wait_for(lock, config_.grace, finished)) return true;

  bool const running = job->state == Job::State::running;
  job->abandoned = true;
  {  // under the job's lock, so that its end cannot be counted first
    std::lock_guard const pool_lock(pool_->mutex);
    if (running)
      ++pool_->stuck;
    else
      std::erase(pool_->queue, job);  // with what it owns: as long as all threads are stuck nobody takes it out
  }
  lock.unlock();
  std::string const name = "plugin " + config_.plugin + ": " + std::string(what);
  if (!running) {
    why = Error{Errc::unavailable,
                name + " found no free thread; all " + std::to_string(pool_->limit) + " are busy or stuck"};
    return false;
  }
  overruns_.add();
  bool const cancelled = call.cancelled.stop_requested();
  why = Error{
      cancelled ? Errc::cancelled : Errc::timed_out,
      name + (cancelled ? " did not stop when cancelled" : " overran its deadline") + "; its thread is left behind"};
  log_.warning(call, why->text);
  return false;
}

sdk::Result<void> Guard::ready() const {
  std::lock_guard const lock(pool_->mutex);
  if (pool_->stuck < pool_->limit) return {};
  return Error{Errc::unavailable, "plugin " + config_.plugin + ": all " + std::to_string(pool_->limit) +
                                      " threads are stuck in calls that overran their deadline; restart the process"};
}

}  // namespace conductor::plugin
