#include "services/api/queue_limit.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"

namespace conductor::services::api {

http::Handler QueueLimit::before(http::Handler submit) {
  return [this, submit = std::move(submit)](sdk::Call const& call, http::Request const& request,
                                            http::Caller const& caller) {
    bool const queues = request.parameter("dry_run") != "true";
    if (queues && full(call))
      return http::make_error(
          503, "The queue is full: " + std::to_string(limit_) + " plans or more are not finished; try again later.",
          {{"Retry-After", "5"}});
    auto response = submit(call, request, caller);
    if (queues && response.status == 201) {
      std::lock_guard const lock(mutex_);
      ++waiting_;
    }
    return response;
  };
}

bool QueueLimit::full(sdk::Call const& call) {
  std::unique_lock lock(mutex_);
  auto const now = clock_.now();
  if (!counted_at_ || now >= *counted_at_ + counted_every) {
    // Others go on with the old number meanwhile.
    counted_at_ = now;
    lock.unlock();
    auto const counted = count(call);
    lock.lock();
    // A store that cannot count cannot take the plan either, and says so then.
    if (counted) waiting_ = *counted;
  }
  return waiting_ >= static_cast<std::int64_t>(limit_);
}

std::optional<std::int64_t> QueueLimit::count(sdk::Call const& call) const {
  std::int64_t all = 0;
  for (auto const status : model::status::all) {
    if (model::status::is_final(status)) continue;
    auto const some = plans_.store().count(call, "plans", {{"status", std::string(status)}});
    if (!some) return std::nullopt;
    all += some.value;
  }
  return all;
}

}  // namespace conductor::services::api
