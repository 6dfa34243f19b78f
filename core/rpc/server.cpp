#include "core/rpc/server.hpp"

#include "core/work/deadline.hpp"
#include "core/work/failpoint.hpp"

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;
using sdk::Outcome;

constexpr auto chore_patience = 10s;
constexpr std::chrono::milliseconds retry_pause{1000};     // after a store that did not answer
constexpr std::chrono::milliseconds recovery_pause{1000};  // between looks whether other servers at work are alive
constexpr std::int64_t max_servers = 3;                    // that a message may be the last of
constexpr std::chrono::milliseconds answer_pause{50};
constexpr std::size_t page_size = 200;

}  // namespace

Server::Server(Options options, Methods const& methods, Pools& pools, Messages& messages, sdk::Store& store,
               work::Lease& lease, sdk::Clock& clock, sdk::Log& log)
    : options_(options),
      methods_(methods),
      pools_(pools),
      messages_(messages),
      store_(store),
      lease_(lease),
      clock_(clock),
      log_(log),
      chores_(clock) {}

void Server::stop() {
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    for (auto& [id, running] : running_) running->stop.request_stop();
  }
  chores_.stop();
}

void Server::start() {
  std::lock_guard const lock(mutex_);
  started_ = true;
}

void Server::drain(sdk::Time deadline) {
  std::vector<std::string> ids;
  {
    std::lock_guard const lock(mutex_);
    draining_ = true;
    for (auto const& [id, running] : running_) ids.push_back(id);
  }
  for (auto const& id : ids) end(id, Ended::drain);
  std::vector<sdk::Row> left;
  {
    std::unique_lock lock(mutex_);
    if (!idle_.wait_until(lock, deadline, [this] { return running_.empty(); }))
      for (auto const& [id, running] : running_) left.push_back(running->row);
  }
  for (auto const& row : left)
    if (!row.id.empty()) messages_.requeue(background_call(), row);
  chores_.stop();
}

sdk::Call Server::background_call() const { return {.deadline = clock_.now() + chore_patience, .request_id = "rpc"}; }

bool Server::accepts() {
  std::lock_guard const lock(mutex_);
  return started_ && !draining_;
}

void Server::changed(sdk::Row const& row) {
  if (!methods_.serves(row.text("topic")) || !accepts()) return;
  auto why = Ended::no;
  bool foreign = false, waiting = false;
  {
    std::lock_guard const lock(mutex_);
    auto const status = row.text("status");
    if (auto const found = running_.find(row.id); found != running_.end()) {
      auto const& running = *found->second;
      if (row.boolean("cancelled"))
        why = Ended::cancelled;
      else if (row.version.number >= running.number && row.text("claim") != running.token) {
        why = Ended::lost;
        // Another server's, whose death would otherwise not be noticed here.
        foreign = status == message_status::working;
      }
    } else {
      foreign = status == message_status::working;
      waiting = status == message_status::enqueued;
    }
    if (foreign)
      foreign_[row.id] = row;
    else
      foreign_.erase(row.id);
  }
  if (why != Ended::no) end(row.id, why);
  if (waiting) enqueue(row);
  if (foreign) schedule_recovery();
}

void Server::removed(std::string const& id) {
  {
    std::lock_guard const lock(mutex_);
    foreign_.erase(id);
  }
  end(id, Ended::lost);
}

void Server::look() {
  if (accepts()) chores_.at(clock_.now(), [this] { list(); });
}

void Server::enqueue(sdk::Row const& row) {
  std::lock_guard const lock(mutex_);
  if (draining_ || !queued_.insert(row.id).second) return;
  pools_.post(row.text("topic"), [this, row] { serve(row); });
}

void Server::end(std::string const& id, Ended why) {
  RunningCall ending;
  {
    std::lock_guard const lock(mutex_);
    auto const found = running_.find(id);
    if (found == running_.end() || found->second->ended != Ended::no) return;
    ending = found->second;
    ending->ended = why;
  }
  // Outside the lock: stop callbacks may call us.
  ending->stop.request_stop();
}

Server::Ended Server::ended(Running const& running) {
  std::lock_guard const lock(mutex_);
  return running.ended;
}

void Server::serve(sdk::Row const& row) {
  auto const running = std::make_shared<Running>();
  running->token = sdk::claim_token(lease_.id());
  running->number = row.version.number + 1;
  {
    std::lock_guard const lock(mutex_);
    queued_.erase(row.id);
    if (draining_) return;
    running_[row.id] = running;
  }
  if (!lease_.may_act()) {
    look_later();
  } else {
    lease_.held();
    try {
      run(row, *running);
    } catch (std::exception const& error) {
      log_.error({.plan_id = row.text("plan_id")}, std::string("unexpected, while serving a message: ") + error.what());
      look_later();
    }
    lease_.released();
  }
  std::lock_guard const lock(mutex_);
  running_.erase(row.id);
  if (running_.empty()) idle_.notify_all();
}

void Server::run(sdk::Row const& row, Running& running) {
  if (work::failpoint("rpc", "before_claim")) return look_later();
  auto call = background_call();
  call.plan_id = row.text("plan_id");
  auto const claimed = messages_.claim(call, row, running.token);
  if (!claimed) {
    // conflict, not_found: another server has it, or the caller took it back.
    if (claimed.outcome != Outcome::conflict && claimed.outcome != Outcome::not_found) look_later();
    return;
  }
  sdk::Row held = row;
  held.version = claimed.version;
  held.columns["claim"] = running.token;
  held.columns["status"] = std::string(message_status::working);
  held.columns["fencing"] = row.integer("fencing") + 1;
  {
    std::lock_guard const lock(mutex_);
    running.row = held;
  }
  work::failpoint("rpc", "after_claim");
  settle(held, running, call_method(held, running));
}

sdk::Result<boost::json::value> Server::call_method(sdk::Row const& row, Running const& running) {
  auto const& topic = row.text("topic");
  auto const& method = row.text("method");
  if (row.integer("fencing") > max_servers)
    return Error{Errc::internal, topic + "." + method + " was given up: " + std::to_string(max_servers) +
                                     " servers ended while they worked on it"};
  sdk::Call const call{.deadline = work::deadline_in(clock_, row.integer("deadline_ms")),
                       .cancelled = running.stop.get_token(),
                       .request_id = row.text("request_id"),
                       .transaction_id = row.text("transaction_id"),
                       .plan_id = row.text("plan_id")};
  std::stop_callback const on_lost(lease_.lost(), [this, id = row.id] { end(id, Ended::lost); });
  auto const args = messages_.document(call, row, "args");
  if (!args) return args.error();
  if (options_.log_messages) log_.debug(call, topic + "." + method + " " + boost::json::serialize(*args));
  auto result = methods_.run(call, topic, method, *args);
  if (options_.log_messages)
    log_.debug(
        call, topic + "." + method + " -> " + (result ? boost::json::serialize(*result) : write_error(result.error())));
  return result;
}

void Server::settle(sdk::Row const& row, Running& running, sdk::Result<boost::json::value> const& result) {
  if (work::failpoint("rpc", "before_reply")) return;
  auto call = background_call();
  call.plan_id = row.text("plan_id");
  auto const why = ended(running);
  // When the lease was lost and nobody took the message over, it still bears our claim.
  if (why == Ended::lost) return look_later();
  if (why == Ended::drain && !result && result.error().code == Errc::cancelled) {
    messages_.requeue(call, row);
    return;
  }
  if (why != Ended::cancelled) {
    auto written = messages_.answer(call, row, result);
    while (!written && (written.outcome == Outcome::unavailable || written.outcome == Outcome::ambiguous) &&
           clock_.now() + answer_pause < call.deadline) {
      clock_.sleep_for(answer_pause, {});
      written = messages_.answer(call, row, result);
    }
    if (!written && written.outcome != Outcome::conflict && written.outcome != Outcome::not_found)
      log_.warning(call, "an answer of " + row.text("topic") + "." + row.text("method") + " cannot be stored (" +
                             std::string(to_string(written.outcome)) + " " + written.text + ")");
  }
  work::failpoint("rpc", "after_reply");
  if (ended(running) != Ended::cancelled) return;
  // Nobody waits for it any more.
  if (auto const read = messages_.read(call, row.id)) messages_.remove(call, read.value);
}

void Server::list() {
  for (auto const& topic : methods_.topics())
    for (auto const status : {message_status::enqueued, message_status::working}) {
      std::optional<std::string> cursor;
      do {
        if (!accepts()) return;
        auto page = store_.list(background_call(), sdk::tables::messages.name,
                                {{"topic", topic}, {"status", std::string(status)}}, cursor, page_size);
        if (!page) return look_later();
        for (auto const& row : page.value.rows) changed(row);
        cursor = std::move(page.value.cursor);
      } while (cursor);
    }
  recover();
}

void Server::look_later() {
  {
    std::lock_guard const lock(mutex_);
    if (draining_ || std::exchange(look_scheduled_, true)) return;
  }
  chores_.at(clock_.now() + retry_pause, [this] {
    {
      std::lock_guard const lock(mutex_);
      look_scheduled_ = false;
    }
    list();
  });
}

void Server::schedule_recovery() {
  {
    std::lock_guard const lock(mutex_);
    if (draining_ || foreign_.empty() || std::exchange(recovery_scheduled_, true)) return;
  }
  chores_.at(clock_.now() + recovery_pause, [this] {
    {
      std::lock_guard const lock(mutex_);
      recovery_scheduled_ = false;
    }
    recover();
  });
}

void Server::recover() {
  std::vector<sdk::Row> suspects;
  {
    std::lock_guard const lock(mutex_);
    if (draining_) return;
    for (auto const& [id, row] : foreign_)
      if (!running_.contains(id)) suspects.push_back(row);
  }
  for (auto const& row : suspects) {
    auto const call = background_call();
    auto const& token = row.text("claim");
    // A claim of this process that no thread knows was in doubt.
    bool const ours = sdk::claim_owner(token) == lease_.id();
    if (!ours && !lease_.is_dead(call, token)) continue;
    log_.warning({.plan_id = row.text("plan_id")}, "server '" + std::string(sdk::claim_owner(token)) +
                                                       "' left a message of " + row.text("topic") + "." +
                                                       row.text("method") + "; it is taken over");
    messages_.requeue(call, row);
  }
  schedule_recovery();
}

}  // namespace conductor::rpc
