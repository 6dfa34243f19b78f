// Call: what accompanies every piece of work from the HTTP request through rpc to each plugin call and log line.
#pragma once
#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/result.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace conductor::sdk {

struct Call {
  Time deadline = Time::max();   // give up at this time and return timed_out
  std::stop_token cancelled{};   // give up as soon as it fires and return cancelled
  std::string request_id{};      // of the HTTP request or background task that began it
  std::string transaction_id{};  // of the client, empty when it sent none
  std::string plan_id{};         // empty when the call concerns no plan

  // Time left; never negative.
  Duration remaining(Clock const& clock) const {
    if (deadline == Time::max()) return Duration::max();
    auto const now = clock.now();
    return now >= deadline ? Duration::zero() : deadline - now;
  }
  // The error to return when this call must not go on, else nothing.
  std::optional<Error> expired(Clock const& clock) const {
    if (cancelled.stop_requested()) return Error{Errc::cancelled, "the call was cancelled"};
    if (clock.now() >= deadline) return Error{Errc::timed_out, "the call's deadline has passed"};
    return std::nullopt;
  }
  // The same call with an earlier deadline: at most `time` from now.
  Call within(Clock const& clock, Duration time) const {
    Call shorter = *this;
    auto const now = clock.now();
    if (deadline - now > time) shorter.deadline = now + time;
    return shorter;
  }
};

}  // namespace conductor::sdk
