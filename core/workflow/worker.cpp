// Life of the worker, and its threads: claim, call the handler, settle. What it hears and looks for is in
// worker_watch.cpp, plans that come to it with their claims in worker_relay.cpp.
#include "core/workflow/worker.hpp"

#include "core/work/failpoint.hpp"
#include "core/work/pool.hpp"

#include <algorithm>

namespace conductor::workflow {

namespace {

using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

constexpr Exit in_error{.status = model::status::error};
constexpr std::size_t most_ends = 8;  // plans whose ends are being written, beside those at work
constexpr auto claim_patience = 10s;
constexpr int most_rounds = 50;       // of an end that depends on rows beside the plan
constexpr auto busy_pause = 200ms;    // while this process may not claim
constexpr auto store_pause = 1000ms;  // after a claim that the store did not answer

std::string log_reference() { return "ref-" + sdk::random_id().substr(0, 12); }

}  // namespace

Worker::Worker(Stage const& stage, WorkerParts parts, Handler& handler, WorkerOptions options)
    : stage_(stage),
      plans_(parts.plans),
      lease_(parts.lease),
      clock_(parts.clock),
      log_(parts.log),
      handler_(handler),
      options_(std::move(options)),
      transitions_(stage, parts.plans, parts.lease, parts.clock),
      watchdogs_(parts.clock),
      chores_(parts.clock) {}

Worker::~Worker() {
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    for (auto const& [id, held] : held_) held->end(Ended::drain);
  }
  plans_.relay().leave(*this);
  work_.notify_all();
  plans_told_ = {};
  workers_told_ = {};
  threads_.clear();
  await_offers();
  chores_.stop();
  watchdogs_.stop();
}

void Worker::start() {
  {
    std::lock_guard const lock(mutex_);
    started_ = true;
  }
  plans_told_ = plans_.notifier().subscribe(std::string(sdk::tables::plans.name),
                                            {.changed = [this](sdk::Row const& row) { changed(row); },
                                             .removed = [this](std::string const& id) { removed(id); },
                                             .look = [this] { chores_.at(clock_.now(), [this] { look(); }); },
                                             .longest_pause = options_.polling_interval});
  plans_.relay().join(stage_.from, *this);
  workers_told_ = plans_.notifier().subscribe(
      std::string(sdk::tables::workers.name),
      {.removed = [this](std::string const&) { chores_.at(clock_.now(), [this] { recover(); }); }});
}

void Worker::drain(sdk::Time deadline) {
  std::vector<HeldPlan> running;
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    for (auto const& [id, held] : held_) running.push_back(held);
  }
  plans_.relay().leave(*this);
  work_.notify_all();
  for (auto const& held : running) held->end(Ended::drain);
  std::map<std::string, sdk::Row> left;
  {
    std::unique_lock lock(mutex_);
    if (!idle_.wait_until(lock, deadline, [this] { return held_.empty(); })) left = rows_held_;
  }
  for (auto const& [id, row] : left) {
    log_.warning({.plan_id = id}, "the work does not stop; the plan is handed back without waiting for it");
    transitions_.hand_back(row, false, {});
  }
  chores_.stop();
}

sdk::Result<void> Worker::health() const {
  if (lease_.may_act()) return {};
  return Error{Errc::unavailable, "the lease cannot be renewed; no plan is claimed"};
}

void Worker::run() {
  work::name_thread(std::string(stage_.role));
  while (auto found = next()) work_on(std::move(*found));
}

// With the lock held: one more plan may be worked on.
bool Worker::has_room() const {
  auto const at_work = std::ranges::count_if(held_, [](auto const& each) { return each.second->at_work; });
  return started_ && !draining_ && static_cast<std::size_t>(at_work) < most_at_work();
}

// With the lock held: a thread that has no plan and is kept for none; makes one when there may be more.
bool Worker::has_free_thread() {
  if (held_.size() < threads_.size()) return true;
  if (threads_.size() >= most_at_work() + most_ends) return false;
  threads_.emplace_back([this] { run(); });
  return true;
}

// With the lock held: somebody looks for a waiting plan, if one may be taken.
void Worker::wake() {
  if (!waiting_.empty() && has_room() && has_free_thread()) work_.notify_one();
}

// Waits for a plan; nothing when the process ends.
std::optional<Worker::Next> Worker::next() {
  std::optional<sdk::Row> found;
  std::unique_lock lock(mutex_);
  work_.wait(lock, [&] {
    // Threads that are kept for plans on their way are not for others.
    bool const may_take = claimed_.empty() && has_room() && held_.size() < threads_.size();
    if (may_take) found = waiting_.take(clock_.now(), held_);
    return draining_ || !claimed_.empty() || found;
  });
  if (!claimed_.empty()) {
    auto claimed = std::move(claimed_.front());
    claimed_.pop_front();
    return claimed;
  }
  if (!found) return std::nullopt;
  // Registered before the claim is written: news of it must find its owner.
  held_.emplace(found->id, std::make_shared<Held>(*found, sdk::claim_token(lease_.id())));
  wake();  // for others that wait: each was told when this thread was the free one
  if (waiting_.size() < options_.workers && waiting_.overflowed()) chores_.at(clock_.now(), [this] { look(); });
  return Next{std::move(*found), false};
}

void Worker::work_on(Next next) {
  auto const id = next.row.id;
  HeldPlan held;
  {
    std::lock_guard const lock(mutex_);
    held = held_.at(id);
    foreign_.erase(id);
  }
  bool claimed = next.claimed;
  try {
    if (!claimed && !refused(next.row)) claimed = claim(next.row, *held);
    if (claimed) handle(std::move(next), held);
  } catch (std::exception const& error) {
    // A bug of ours must not end the thread. The plan is found again as left behind.
    log_.error({.plan_id = id}, std::string("unexpected: ") + error.what());
    later(id, store_pause);
    look_again_later();
  }
  // Until then the write that brings it may speak of it.
  held->arrival();
  if (claimed) lease_.released();
  let_go(id);
}

// The handler has returned; another plan may be worked on while the end of this one is written.
void Worker::end_work(Held& held) {
  std::lock_guard const lock(mutex_);
  held.at_work = false;
  wake();
}

void Worker::let_go(std::string const& id) {
  std::lock_guard const lock(mutex_);
  held_.erase(id);
  rows_held_.erase(id);
  // It may be waiting again already, handed back by ourselves.
  wake();
  if (held_.empty()) idle_.notify_all();
}

// Why a plan ends here without being worked on; empty when it does not.
std::string Worker::refusal(store::Upcoming const& plan) const {
  auto const& id = plan.row.id;
  if (plan_deadline(plan.integer("deadline_ms")) <= clock_.now())
    return messages::timed_out(plan.integer("timeout"), id);
  if (!stage_.needs_document.empty() && plan.text(stage_.needs_document).empty())
    return messages::document_missing(stage_, id);
  auto const tries = plan.integer(stage_.counter_column);
  if (tries < options_.max_counter) return "";
  auto message = messages::tried_too_often(stage_, tries, id);
  if (auto const& last = plan.text("message"); !last.empty()) message += ". The last attempt: " + last;
  return message;
}

bool Worker::refused(sdk::Row const& row) {
  auto const message = refusal({row, {}});
  if (message.empty()) return false;
  auto call = background_call();
  call.plan_id = row.id;
  call.request_id = row.text("request_id");
  report(call, transitions_.refuse(call, row, message), message);
  return true;
}

// True when the plan is ours: then the lease counts it, and `row` is as the claim left it.
bool Worker::claim(sdk::Row& row, Held const& held) {
  if (!lease_.may_act()) {
    later(row.id, busy_pause);
    notice_waiting(row);
    return false;
  }
  lease_.held();
  auto step = transitions_.claim(
      {.deadline = clock_.now() + claim_patience, .request_id = row.text("request_id"), .plan_id = row.id}, row,
      held.token);
  if (step) {
    row = std::move(step.row);
    std::lock_guard const lock(mutex_);
    rows_held_[row.id] = row;
    return true;
  }
  lease_.released();
  if (step.outcome != Outcome::conflict && step.outcome != Outcome::not_found) {
    log_.warning({.plan_id = row.id},
                 "cannot claim the plan: " + std::string(to_string(step.outcome)) + " " + step.text);
    later(row.id, store_pause);
    look_again_later();
  }
  return false;
}

void Worker::handle(Next next, HeldPlan const& held) {
  auto& claimed = next.row;
  auto const now = clock_.now();
  auto const by_plan = plan_deadline(claimed);
  auto const by_stage = now + options_.timeout;
  auto const why = by_plan <= by_stage ? Ended::plan_timeout : Ended::overtime;
  work::Watchdog const watchdog(watchdogs_, std::min(by_plan, by_stage), [held, why] { held->end(why); });
  std::stop_callback const on_lost(lease_.lost(), [held] { held->end(Ended::lost); });
  sdk::Call const call{.deadline = std::min(by_plan, by_stage),
                       .cancelled = held->stopped(),
                       .request_id = claimed.text("request_id"),
                       .transaction_id = claimed.text("transaction_id"),
                       .plan_id = claimed.id};
  auto plan = store::Plan::from(std::move(claimed));
  plan.at_hand = std::move(next.documents);
  log_.debug(call, "plan is " + std::string(stage_.working) + ", attempt " +
                       std::to_string(plan.row.integer(stage_.counter_column)));
  auto result = call_handler(call, plan);
  end_work(*held);
  // The handler may have seen the deadline before the watchdog did.
  if (!result && result.error().code == Errc::timed_out && clock_.now() >= call.deadline) held->end(why);
  if (!has_arrived(call, *held, plan.row)) return;
  held->settle();
  settle(call, plan.row, *held, std::move(result));
}

sdk::Result<Finish> Worker::call_handler(sdk::Call const& call, store::Plan const& plan) {
  std::string what;
  try {
    if (work::failpoint(stage_.role, "before_handle")) return Error{Errc::unavailable, "fail-point before_handle"};
    auto result = handler_.handle(call, plan);
    if (work::failpoint(stage_.role, "after_handle")) return Error{Errc::unavailable, "fail-point after_handle"};
    return result;
  } catch (std::exception const& error) {
    what = error.what();
  } catch (...) {
    what = "an exception of unknown type";
  }
  auto const reference = log_reference();
  log_.error(call, "internal error " + reference + " while " + std::string(stage_.doing) + ": " + what);
  return Error{Errc::internal, messages::internal_error(stage_, plan.id, reference)};
}

void Worker::settle(sdk::Call const& call, sdk::Row const& row, Held& held, sdk::Result<Finish> result) {
  auto const why = held.ended();
  if (why == Ended::deleted || why == Ended::lost) {
    log_.info(call, why == Ended::deleted ? "the plan was deleted while it was worked on"
                                          : "the claim was lost, the work on the plan is given up");
    // When the lease was lost and nobody took the plan over, or when the news was of an earlier plan with the id of a
    // new one, it still bears our claim.
    if (why == Ended::lost || held.incarnation.empty()) look_again_later();
    return;
  }
  if (result)
    commit(call, row, std::move(*result));
  else
    failed(call, row, why, result.error());
}

void Worker::commit(sdk::Call const& call, sdk::Row const& row, Finish finish) {
  for (int round = 0; round < most_rounds; ++round) {
    auto const again = finish.again;
    if (!commit_once(call, row, std::move(finish)) || !again) return;
    // The plan is still ours: it is what stands beside it that others have changed.
    auto another = again(call);
    if (!another) return failed(call, row, Ended::no, another.error());
    finish = std::move(*another);
  }
  failed(call, row, Ended::no, {Errc::unavailable, "others changed again and again what the plan's end depends on"});
}

// True when the plan has not ended, because rows beside it are not as they were expected.
bool Worker::commit_once(sdk::Call const& call, sdk::Row const& row, Finish finish) {
  auto const* exit = stage_.exit(finish.status);
  if (exit == nullptr) {
    auto const reference = log_reference();
    log_.error(call,
               reference + ": the handler ends the plan in '" + finish.status + "', which the table does not allow");
    failed(call, row, Ended::no, {Errc::internal, messages::internal_error(stage_, row.id, reference)});
    return false;
  }
  // Not the handler's call: a result that is there should not be lost to a deadline that has just passed.
  sdk::Call const storing{.deadline = clock_.now() + Transitions::patience,
                          .request_id = call.request_id,
                          .transaction_id = call.transaction_id,
                          .plan_id = call.plan_id};
  store::Documents contents;
  for (auto& [column, content] : finish.documents)
    contents[column] = std::make_shared<boost::json::value const>(std::move(content));
  finish.set["message"] = finish.message;
  store::Plans::name_documents(contents, finish.set);
  auto leaving = transitions_.leave(row, *exit, std::move(finish.set), contents);
  auto const documents = plans_.put_documents(storing, row.id, contents, leaving.set, finish.beside.empty());
  if (!documents) {
    leaving.next.drop();
    failed(call, row, Ended::no, documents.error());
    return false;
  }
  auto const step = transitions_.finish(row, std::move(leaving), *documents, finish.beside);
  bool const refused = step.outcome == Outcome::conflict || step.outcome == Outcome::exists;
  if (refused && finish.again && still_held(storing, row)) return true;
  report(call, step, finish.status);
  return false;
}

bool Worker::still_held(sdk::Call const& call, sdk::Row const& row) {
  auto const stored = plans_.store().get(call, sdk::tables::plans.name, row.id);
  return stored && stored.value.text("claim") == row.text("claim");
}

Transitions::Step Worker::end_in_error(sdk::Row const& row, std::string const& message) {
  return transitions_.finish(row, transitions_.leave(row, in_error, {{"message", message}}));
}

void Worker::failed(sdk::Call const& call, sdk::Row const& row, Ended why, Error const& error) {
  if (why == Ended::plan_timeout) {
    auto const message = messages::timed_out(row.integer("timeout"), row.id);
    report(call, end_in_error(row, message), message);
  } else if (why == Ended::drain || why == Ended::overtime || error.code == Errc::cancelled) {
    auto const text =
        why == Ended::overtime
            ? "handed back: " + std::string(stage_.doing) + " took longer than " +
                  std::to_string(std::chrono::duration_cast<std::chrono::seconds>(options_.timeout).count()) +
                  " seconds"
            : std::string();
    report(call, transitions_.hand_back(row, false, text), "handed back");
  } else if (error.code == Errc::unavailable || error.code == Errc::timed_out) {
    log_.warning(call, "attempt " + std::to_string(row.integer(stage_.counter_column)) + " failed: " + error.text);
    if (auto const tries = row.integer(stage_.counter_column); tries < options_.max_counter)
      later(row.id, options_.retry_pause * tries);
    report(call, transitions_.hand_back(row, true, error.text), "to be tried again");
  } else {
    report(call, end_in_error(row, error.text), error.text);
  }
}

void Worker::report(sdk::Call const& call, Transitions::Step const& step, std::string_view what) {
  if (step) {
    auto const& status = step.status;
    log_.info(call, status == what ? "plan is " + status : "plan is " + status + ": " + std::string(what));
    if (options_.count) options_.count(status);
  } else if (step.outcome == Outcome::conflict || step.outcome == Outcome::not_found) {
    log_.warning(call, "the plan was deleted or taken over meanwhile; dropped: " + std::string(what));
  } else {
    log_.error(call, "the store does not take the plan's new state (" + std::string(to_string(step.outcome)) + " " +
                         step.text + "): " + std::string(what));
    look_again_later();
  }
}

}  // namespace conductor::workflow
