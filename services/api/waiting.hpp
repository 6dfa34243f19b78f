// Requests that wait for a plan to become final (API specification 19.1). No thread waits with them: the notifier, a
// timer or the end of the connection has them looked at again.
#pragma once
#include "core/http/message.hpp"
#include "core/store/plans.hpp"
#include "core/work/pool.hpp"
#include "core/work/timers.hpp"
#include "services/api/plan_news.hpp"

#include "conductor/sdk/host.hpp"

#include <optional>
#include <set>
#include <string_view>

namespace conductor::services::api {

inline constexpr std::chrono::seconds longest_wait{120};
// `30s`, `500ms`, or a number of seconds, with decimals if need be; up to longest_wait. Nothing: it is none of these.
std::optional<std::chrono::milliseconds> read_wait(std::string_view text);

// Thread-safe.
class Waiting {
 public:
  // All outlive it.
  Waiting(PlanNews& news, sdk::Clock& clock, sdk::Log& log) : news_(news), clock_(clock), log_(log), timers_(clock) {}
  ~Waiting();
  Waiting(Waiting const&) = delete;
  Waiting& operator=(Waiting const&) = delete;

  // Makes the response from the plan as it was told, which is final, or reads it when `told` is null; nothing when the
  // plan is not final and this is not the last look. May block; the call is not cancelled with the client's.
  using Look = std::function<std::optional<http::Response>(sdk::Call const& call, bool last, store::Plan const* told)>;

  // Gives `reply` what `look` returns: now, when the plan has become final or is gone, or after `time` or when `call`
  // is cancelled, with `last` set. The first look is on the calling thread, call.plan_id says at which plan; there is
  // none at a plan that was told just now and is not final.
  void wait(sdk::Call const& call, std::chrono::milliseconds time, Look look, http::Reply reply);
  // Requests that wait now.
  std::size_t count() const;

 private:
  struct Waiter;
  using Shared = std::shared_ptr<Waiter>;
  using Told = std::shared_ptr<store::Plan const>;  // null: not told
  void look(std::weak_ptr<Waiter> const& waiter, bool last, Told told = {});
  void look_now(Shared const& waiter, bool last, Told const& told = {});
  std::optional<http::Response> response_of(Waiter const& waiter, bool last, Told const& told) const;

  PlanNews& news_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  mutable std::mutex mutex_;
  std::set<Shared> waiters_;
  work::Timers timers_;
  work::Pool pool_{"api-wait", 2};
};

}  // namespace conductor::services::api
