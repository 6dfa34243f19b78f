#include "core/rpc/caller.hpp"

#include "core/rpc/methods.hpp"
#include "core/work/failpoint.hpp"

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

constexpr auto tidy_patience = 2s;  // for taking a message back or away
constexpr int withdraw_tries = 5;

}  // namespace

sdk::Error no_answer(std::string const& what, std::string const& topic, std::string_view status, sdk::Duration waited) {
  auto const seconds = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(waited).count());
  if (status == message_status::working)
    return {Errc::timed_out, what + " was taken but not answered within " + seconds +
                                 " s; see the log of the process that serves '" + topic + "'"};
  return {Errc::timed_out, "nobody answered " + what + " within " + seconds + " s; a process that serves topic '" +
                               topic + "' must run on this store"};
}

sdk::Result<boost::json::value> Caller::call(sdk::Call const& call, std::string const& id, std::string const& topic,
                                             std::string const& method, boost::json::value const& args) {
  if (auto expired = call.expired(clock_)) return *expired;
  if (auto const entered = enter_queue(call, topic + "." + method, topic); !entered) return entered.error();
  auto answer = send_and_wait(call, id, topic, method, args);
  std::lock_guard const lock(mutex_);
  --queues_[topic].own;
  return answer;
}

sdk::Result<boost::json::value> Caller::send_and_wait(sdk::Call const& call, std::string const& id,
                                                      std::string const& topic, std::string const& method,
                                                      boost::json::value const& args) {
  auto const what = topic + "." + method;
  auto const began = clock_.now();
  auto const waiter = std::make_shared<Waiter>();
  {
    std::lock_guard const lock(mutex_);
    waiters_[id] = waiter;
  }
  auto const remaining = std::chrono::duration_cast<std::chrono::milliseconds>(call.remaining(clock_)).count();
  if (work::failpoint("rpc", "before_call")) return Error{Errc::unavailable, what + ": fail-point before_call"};
  auto const sent = messages_.send(
      call, {.id = id, .topic = topic, .method = method, .reply_to = lease_.id(), .remaining_ms = remaining}, args);
  work::failpoint("rpc", "after_call");
  std::optional<sdk::Row> answered;
  if (sent) answered = wait(call, id, *waiter);
  {
    std::lock_guard const lock(mutex_);
    waiters_.erase(id);
  }
  if (!sent) return sent.error();
  if (answered) return take_answer(*answered);
  if (waiter->gone) return Error{Errc::unavailable, what + ": the message was removed before it was answered"};
  auto const status = withdraw(call, id);
  if (call.cancelled.stop_requested()) return Error{Errc::cancelled, what + " was cancelled"};
  return no_answer(what, topic, status, clock_.now() - began);
}

// Messages that nobody takes must not pile up: neither in the store nor, as threads that wait for them, here.
sdk::Result<void> Caller::enter_queue(sdk::Call const& call, std::string const& what, std::string const& topic) {
  std::unique_lock lock(mutex_);
  auto& queue = queues_[topic];
  if (auto const now = clock_.now(); !queue.counted_at || now >= *queue.counted_at + counted_every) {
    queue.counted_at = now;  // others go on with the old number meanwhile
    lock.unlock();
    auto const counted = messages_.count_waiting(call, topic);
    lock.lock();
    // A store that cannot count cannot take the message either, and says so then.
    if (counted) queue.counted = counted.value;
  }
  auto const waiting = std::max(queue.counted, static_cast<std::int64_t>(queue.own));
  if (waiting >= static_cast<std::int64_t>(options_.max_waiting))
    return Error{Errc::unavailable,
                 what + ": overloaded, " + std::to_string(waiting) + " messages wait for topic '" + topic +
                     "'; start more processes that serve it or raise [messaging_server] max_waiting"};
  ++queue.own;
  return {};
}

// The answered row; nothing when the call ends without one.
std::optional<sdk::Row> Caller::wait(sdk::Call const& call, std::string const& id, Waiter& waiter) {
  auto next_check = clock_.now() + options_.check_interval;
  while (true) {
    bool look = false;
    {
      std::lock_guard const lock(mutex_);
      if (waiter.row && message_status::is_answered(waiter.row->text("status"))) return std::move(waiter.row);
      if (waiter.gone) return std::nullopt;
      look = std::exchange(waiter.look, false);
    }
    if (call.expired(clock_)) return std::nullopt;
    if (look || clock_.now() >= next_check) {
      next_check = clock_.now() + options_.check_interval;
      auto read = messages_.read(call, id);
      if (read && message_status::is_answered(read.value.text("status"))) return std::move(read.value);
      if (read.outcome == Outcome::not_found) {
        std::lock_guard const lock(mutex_);
        waiter.gone = true;
      }
      continue;
    }
    waiter.alarm.wait_until(clock_, std::min(call.deadline, next_check), call.cancelled);
  }
}

sdk::Result<boost::json::value> Caller::take_answer(sdk::Row const& row) {
  sdk::Call const tidy{
      .deadline = clock_.now() + tidy_patience, .request_id = row.text("request_id"), .plan_id = row.text("plan_id")};
  sdk::Result<boost::json::value> result = Error{};
  if (row.text("status") == message_status::error)
    result = read_error(row.text("error"));
  else
    result = messages_.document(tidy, row, "reply");
  work::failpoint("rpc", "before_tidy");
  messages_.remove(tidy, row);  // what stays behind is swept
  return result;
}

std::string Caller::withdraw(sdk::Call const& call, std::string const& id) {
  sdk::Call const tidy{
      .deadline = clock_.now() + tidy_patience, .request_id = call.request_id, .plan_id = call.plan_id};
  for (int attempt = 0; attempt < withdraw_tries; ++attempt) {
    auto const read = messages_.read(tidy, id);
    if (!read) return {};
    auto const& status = read.value.text("status");
    // One in work belongs to its server, which stops, and removes it.
    auto const written =
        status == message_status::working ? messages_.cancel(tidy, read.value) : messages_.remove(tidy, read.value);
    if (written) return status;
    if (written.outcome != Outcome::conflict && written.outcome != Outcome::not_found) {
      log_.warning(call, "message " + id + " cannot be taken back (" + std::string(to_string(written.outcome)) + " " +
                             written.text + "); it will be swept");
      return status;
    }
  }
  return {};
}

void Caller::changed(sdk::Row const& row) {
  std::lock_guard const lock(mutex_);
  auto const found = waiters_.find(row.id);
  if (found == waiters_.end()) return;
  auto& waiter = *found->second;
  if (waiter.row && waiter.row->version.number > row.version.number) return;
  waiter.row = row;
  if (message_status::is_answered(row.text("status"))) waiter.alarm.ring();
}

void Caller::removed(std::string const& id) {
  std::lock_guard const lock(mutex_);
  auto const found = waiters_.find(id);
  if (found == waiters_.end()) return;
  found->second->gone = true;
  found->second->alarm.ring();
}

void Caller::look() {
  std::lock_guard const lock(mutex_);
  for (auto const& [id, waiter] : waiters_) {
    waiter->look = true;
    waiter->alarm.ring();
  }
}

}  // namespace conductor::rpc
