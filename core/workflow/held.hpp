// A plan in the hands of this process: its claim, and the stop that ends the work on it early.
#pragma once
#include "conductor/sdk/claims.hpp"
#include "conductor/sdk/clock.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace conductor::workflow {

// Why work ends before its time; the first reason counts.
enum class Ended {
  no,
  deleted,       // the plan is gone
  lost,          // the claim is somebody else's
  overtime,      // the stage's longest time has passed
  plan_timeout,  // the time the client gave has passed
  drain          // the process ends
};

// Whether the claim stands in the store: since before the work began, or by a write that was under way then.
enum class Arrival { before, awaited, stored, refused, doubtful };

// Thread-safe but for at_work.
class Held {
 public:
  Held(sdk::Row const& row, std::string claim_token)
      : id(row.id),
        token(std::move(claim_token)),
        incarnation(row.version.incarnation),
        number(row.version.number + 1) {}

  std::string const id, token;
  std::string const incarnation;  // empty: of a plan that is created with the claim
  std::int64_t const number;      // of the version that the claim gives the row
  bool at_work = true;            // until its handler has returned; the worker's lock covers it

  void end(Ended reason) {
    auto none = Ended::no;
    if (settling_ || !ended_.compare_exchange_strong(none, reason)) return;
    stop_.request_stop();
  }
  Ended ended() const { return ended_; }
  std::stop_token stopped() const { return stop_.get_token(); }
  // The handler has returned: what happens to the row now is our own doing.
  void settle() { settling_ = true; }

  // The work begins while the claim is being written.
  void await() { arrive(Arrival::awaited); }
  bool is_awaited() const {
    std::lock_guard const lock(mutex_);
    return arrival_ == Arrival::awaited;
  }
  void arrive(Arrival arrival) {
    {
      std::lock_guard const lock(mutex_);
      arrival_ = arrival;
    }
    arrived_.notify_all();
  }
  // Blocks while it is awaited, which is as long as the write may take.
  Arrival arrival() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return arrival_ != Arrival::awaited; });
    return arrival_;
  }

  // What a row as told by the store says about our claim.
  bool lost_in(sdk::Row const& row) const {
    if (!incarnation.empty() && row.version.incarnation != incarnation) return true;
    return row.version.number >= number && row.text("claim") != token;
  }

 private:
  std::atomic<Ended> ended_ = Ended::no;
  std::atomic<bool> settling_ = false;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  Arrival arrival_ = Arrival::before;
};

}  // namespace conductor::workflow
