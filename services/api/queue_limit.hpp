// Back-pressure ([api] max_queue, API specification 19.8): no new plans while too many wait for their end.
#pragma once
#include "core/http/message.hpp"
#include "core/store/plans.hpp"

#include <mutex>

namespace conductor::services::api {

// Thread-safe. The store counts at most once a second; plans accepted by this process meanwhile are added, so that a
// burst does not run far beyond the limit.
class QueueLimit {
 public:
  static constexpr std::chrono::seconds counted_every{1};

  // At most `limit` plans that are not final. Plans and clock outlive it.
  QueueLimit(std::size_t limit, store::Plans& plans, sdk::Clock& clock) : limit_(limit), plans_(plans), clock_(clock) {}

  // The handler of POST /v1/plans with 503 and Retry-After before it when the queue is full. Trying a plan out
  // (dry_run=true) queues nothing and is let through.
  http::Handler before(http::Handler submit);

 private:
  bool full(sdk::Call const& call);
  std::optional<std::int64_t> count(sdk::Call const& call) const;

  std::size_t const limit_;
  store::Plans& plans_;
  sdk::Clock& clock_;
  std::mutex mutex_;
  std::optional<sdk::Time> counted_at_;
  std::int64_t waiting_ = 0;  // as counted, plus those accepted since
};

}  // namespace conductor::services::api
