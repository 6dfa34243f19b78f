// The one worker loop of the workflow, the same for every stage: finds plans in the stage's input state, claims them,
// calls the handler, commits its result, counts attempts, and picks up what dead workers left behind. What a role does
// with a plan is its handler's.
#pragma once
#include "core/store/plans.hpp"
#include "core/work/lease.hpp"
#include "core/work/timers.hpp"
#include "core/workflow/handler.hpp"
#include "core/workflow/held.hpp"
#include "core/workflow/table.hpp"
#include "core/workflow/transitions.hpp"
#include "core/workflow/waiting.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <thread>

namespace conductor::workflow {

struct WorkerOptions {
  std::size_t workers = 1;  // plans worked on at once; those whose end is being written do not count
  std::int64_t max_counter = 3;
  std::chrono::milliseconds timeout{600'000};   // longest time a claim is kept
  std::chrono::milliseconds lease_ttl{30'000};  // abandoned work is looked for at half of it
  std::chrono::milliseconds retry_pause{500};   // after a failed attempt, times the number of attempts
  // Plans in a waiting state that the stage guards begin anew after this time.
  std::chrono::milliseconds guarded_time = std::chrono::milliseconds::max();
  // Between two looks for plans on a store that cannot notify.
  std::chrono::milliseconds polling_interval = std::chrono::milliseconds::max();
  std::function<void(std::string_view status)>
      count{};  // called for every plan that leaves the stage, with its new status
};

// What the worker stands on; all outlive it.
struct WorkerParts {
  store::Plans& plans;
  work::Lease& lease;
  sdk::Clock& clock;
  sdk::Log& log;
};

// At most one worker of a stage per lease: it takes claims of its own lease that it does not know for left behind.
// Nothing runs while nothing happens: the store tells of new plans; only while other workers hold plans of this stage,
// a slow timer looks whether they are alive.
class Worker final : private store::Relay::Runner {
 public:
  Worker(Stage const& stage, WorkerParts parts, Handler& handler, WorkerOptions options);
  ~Worker() override;
  Worker(Worker const&) = delete;
  Worker& operator=(Worker const&) = delete;

  void start();
  // Claims nothing more, stops what runs and hands it back. What has not returned at `deadline` of the machine's clock
  // is handed back without waiting for it.
  void drain(sdk::Time deadline);
  // unavailable while this process may not claim.
  sdk::Result<void> health() const;

 private:
  using HeldPlan = std::shared_ptr<Held>;

  // Plans that come with the write that brings them to our state.
  std::optional<store::Relay::Claim> offer(store::Upcoming const& plan) override;
  void begin(sdk::Row row, store::Documents documents) override;
  void taken(sdk::Row row) override;
  void withdrawn(std::string const& id, bool doubtful) override;
  void await_offers();

  // Told by the notifier.
  void changed(sdk::Row const& row);
  void removed(std::string const& id);
  void notice_waiting(sdk::Row const& row);
  void notice_foreign(sdk::Row const& row);
  void watch_expiry(sdk::Row const& row);

  // Worker threads.
  void run();
  struct Next {
    sdk::Row row;
    bool claimed = false;
    store::Documents documents{};  // that came with it
  };
  std::optional<Next> next();
  bool has_room() const;
  bool has_free_thread();
  void wake();
  void work_on(Next next);
  void end_work(Held& held);
  void let_go(std::string const& id);
  bool refused(sdk::Row const& row);
  std::string refusal(store::Upcoming const& plan) const;
  bool claim(sdk::Row& row, Held const& held);
  void handle(Next claimed, HeldPlan const& held);
  bool has_arrived(sdk::Call const& call, Held& held, sdk::Row& row);
  sdk::Result<Finish> call_handler(sdk::Call const& call, store::Plan const& plan);
  void settle(sdk::Call const& call, sdk::Row const& row, Held& held, sdk::Result<Finish> result);
  void commit(sdk::Call const& call, sdk::Row const& row, Finish finish);
  bool commit_once(sdk::Call const& call, sdk::Row const& row, Finish finish);
  bool still_held(sdk::Call const& call, sdk::Row const& row);
  Transitions::Step end_in_error(sdk::Row const& row, std::string const& message);
  void failed(sdk::Call const& call, sdk::Row const& row, Ended why, sdk::Error const& error);
  void report(sdk::Call const& call, Transitions::Step const& step, std::string_view what);
  void later(std::string const& id, sdk::Duration pause);

  // The chores' thread.
  void look();
  void look_again_later();
  bool list(std::string_view status, std::function<void(sdk::Row const&)> const& each);
  void check_held();
  void recover();
  void recover(sdk::Row const& row);
  void schedule_recovery();
  void expire(std::string const& id);

  bool is_waiting(sdk::Row const& row) const;
  sdk::Call background_call() const;
  bool is_guarded(sdk::Row const& row) const;
  sdk::Time plan_deadline(sdk::Row const& row) const { return plan_deadline(row.integer("deadline_ms")); }
  sdk::Time plan_deadline(std::int64_t at_ms) const;
  std::size_t most_at_work() const { return std::max<std::size_t>(options_.workers, 1); }
  sdk::Time guarded_until(sdk::Row const& row) const;

  Stage const& stage_;
  store::Plans& plans_;
  work::Lease& lease_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  Handler& handler_;
  WorkerOptions const options_;
  Transitions transitions_;

  mutable std::mutex mutex_;
  std::condition_variable work_, idle_;
  bool draining_ = false, started_ = false, recovery_scheduled_ = false, look_scheduled_ = false;
  Waiting waiting_;
  std::deque<Next> claimed_;                          // came with their claims; for each a thread was kept
  std::size_t offered_ = 0;                           // writes under way that may bring one
  std::map<std::string, HeldPlan> held_;              // each has a thread, or one is kept for it
  std::map<std::string, sdk::Row> rows_held_;         // as claimed, for a hand-back without the handler
  std::map<std::string, sdk::Row> foreign_;           // in work elsewhere, as last seen
  std::map<std::string, work::Timers::Id> expiring_;  // plans with a timer at their deadline
  std::chrono::milliseconds look_pause_{250};
  work::Timers watchdogs_, chores_;                          // chores ask the store; watchdogs must not wait for it
  std::vector<std::jthread> threads_;                        // made when they are needed
  store::Notifier::Subscription plans_told_, workers_told_;  // last: ends first
};

}  // namespace conductor::workflow
