// The border at run time: every call into a plugin runs on a thread of the plugin's own, bounded pool. Exceptions
// become errors, and when the deadline passes the caller goes on at once while the stuck thread is counted.
#pragma once
#include "conductor/sdk/host.hpp"
#include "core/work/failpoint.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace conductor::plugin {

struct GuardConfig {
  std::string plugin;        // kind/name, for messages
  std::size_t threads = 32;  // 1 for a plugin that is not concurrent
  // How long after deadline or cancellation a call may still answer before it counts as stuck.
  std::chrono::milliseconds grace{100};
};

// Thread-safe. The calling thread blocks in run().
class Guard {
 public:
  Guard(GuardConfig config, sdk::Log& log, sdk::Counter& overruns);
  ~Guard() { end(); }
  Guard(Guard const&) = delete;

  // Runs `work` under the call's deadline and stop token. `work` must own what it refers to: it may outlive the caller.
  template <class T>
  sdk::Result<T> run(sdk::Call const& call, std::string_view what, std::function<sdk::Result<T>()> work);

  // The same on the calling thread, for work that ends by the call's deadline of itself. It needs own nothing.
  template <class T, class Work>
  sdk::Result<T> run_here(sdk::Call const& call, std::string_view what, Work const& work) const;

  // Nothing is run from now on. Waits for threads that come back within the grace. False: some are still in the plugin;
  // they are left to themselves, with all that they refer to.
  bool end();

  // unavailable when every thread of the plugin is stuck.
  sdk::Result<void> ready() const;
  std::string const& plugin() const { return config_.plugin; }

 private:
  struct Job {
    std::function<void()> work;
    std::mutex mutex;
    std::condition_variable changed;
    enum class State { queued, running, finished } state = State::queued;
    bool abandoned = false;
  };
  struct Pool;

  // True when the job finished in time; otherwise `why` says what happened.
  bool wait_for(sdk::Call const& call, std::string_view what, std::shared_ptr<Job> const& job,
                std::optional<sdk::Error>& why);

  GuardConfig config_;
  sdk::Log& log_;
  sdk::Counter& overruns_;
  std::shared_ptr<Pool> pool_;
};

template <class T, class Work>
sdk::Result<T> Guard::run_here(sdk::Call const& call, std::string_view what, Work const& work) const {
  if (call.cancelled.stop_requested())
    return sdk::Error{sdk::Errc::cancelled, "plugin " + config_.plugin + ": " + std::string(what) +
                                                " was not called, the work was cancelled"};
  try {
    return work();
  } catch (std::exception const& failure) {
    return sdk::Error{sdk::Errc::internal,
                      "plugin " + config_.plugin + ": " + std::string(what) + " threw: " + failure.what()};
  } catch (...) {
    return sdk::Error{sdk::Errc::internal, "plugin " + config_.plugin + ": " + std::string(what) +
                                               " threw something that is no std::exception"};
  }
}

template <class T>
sdk::Result<T> Guard::run(sdk::Call const& call, std::string_view what, std::function<sdk::Result<T>()> work) {
  auto const job = std::make_shared<Job>();
  auto const answer = std::make_shared<std::optional<sdk::Result<T>>>();
#ifdef CONDUCTOR_FAILPOINTS
  // Stores name theirs by table (guarded_store.cpp).
  if (!config_.plugin.starts_with("store/"))
    work = [kind = config_.plugin.substr(0, config_.plugin.find('/')), name = std::string(what),
            inner = std::move(work)]() -> sdk::Result<T> {
      if (work::failpoint(kind, "before_" + name))
        return sdk::Error{sdk::Errc::unavailable, "fail-point before " + name};
      auto result = inner();
      if (work::failpoint(kind, "after_" + name)) return sdk::Error{sdk::Errc::timed_out, "fail-point after " + name};
      return result;
    };
#endif
  job->work = [answer, work = std::move(work), plugin = config_.plugin, name = std::string(what)] {
    try {
      *answer = work();
    } catch (std::exception const& failure) {
      *answer = sdk::Error{sdk::Errc::internal, "plugin " + plugin + ": " + name + " threw: " + failure.what()};
    } catch (...) {
      *answer = sdk::Error{sdk::Errc::internal,
                           "plugin " + plugin + ": " + name + " threw something that is no std::exception"};
    }
  };
  std::optional<sdk::Error> why;
  if (!wait_for(call, what, job, why)) return *why;
  return std::move(**answer);
}

}  // namespace conductor::plugin
