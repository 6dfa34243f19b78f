// When a request is sent again, and when a peer is left alone: rules without sockets or clocks of their own.
#pragma once
#include "conductor/sdk/clock.hpp"
#include "conductor/sdk/http.hpp"

#include <optional>
#include <string>

namespace conductor::http {

// How an attempt ended without a usable reply.
enum class Failure {
  none,       // there is a reply
  connect,    // nothing was sent
  broken,     // the connection ended in between: it is open whether the peer acted
  timed_out,  // the same, by waiting too long
  denied,     // TLS: we do not trust the peer, or it does not trust us
  invalid,    // not HTTP, or larger than allowed
  resting,    // the circuit breaker is open
};

struct Attempt {
  Failure failure = Failure::none;
  std::string cause{};  // for the operator, without the request's name
  sdk::HttpReply reply{};
  bool silent = true;  // not a byte of a reply came
};

bool is_idempotent(sdk::HttpRequest const& request);

// Whether the attempt is worth another one. `seen_500`: a 500 was retried before.
bool is_retryable(Attempt const& attempt, sdk::HttpRequest const& request, bool seen_500);

// The pause before retry number 1, 2, …: 0.2 s doubling to 5 s, of which `random` (0..1) takes away up to a half.
std::chrono::milliseconds backoff(int retry, double random);

// What Retry-After says, in seconds or as a date; nothing when absent or unreadable. Never negative.
std::optional<std::chrono::milliseconds> retry_after(sdk::HttpReply const& reply, sdk::WallTime now);

// The error that a failed attempt is for the caller. `what` names the request (describe in peer.hpp).
sdk::Error to_error(Attempt const& attempt, std::string const& what, int number, int attempts);

// Leaves a peer alone that cannot be reached: after `limit` failures to connect in a row no attempt is made for half a
// second, then one probe is let through; each probe that fails doubles the time, up to 4 s: a peer that is back is used
// again within 5 s. Used on one thread.
class Breaker {
 public:
  static constexpr int limit = 5;
  static constexpr std::chrono::milliseconds shortest{500}, longest{4'000};

  // Nothing when an attempt may be made (and then its outcome must be told), else the time until the next probe.
  std::optional<sdk::Duration> resting(sdk::Time now);
  void succeeded();
  void failed(sdk::Time now, std::string cause);
  // The cause of the last failure.
  std::string const& cause() const { return cause_; }
  int failures() const { return failures_; }

 private:
  int failures_ = 0;
  bool probing_ = false;
  std::chrono::milliseconds pause_{0};  // 0: closed
  sdk::Time until_{};
  std::string cause_;
};

}  // namespace conductor::http
