#include "services/api/waiting.hpp"

#include "core/http/errors.hpp"

#include <charconv>
#include <cmath>

namespace conductor::services::api {

namespace {

constexpr std::chrono::seconds patience{10};  // for one look

}  // namespace

std::optional<std::chrono::milliseconds> read_wait(std::string_view text) {
  double factor = 1000;
  if (text.ends_with("ms")) {
    factor = 1;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    text.remove_suffix(1);
  }
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double number = 0;
  auto const* const last = text.data() + text.size();
  auto const [end, failed] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  constexpr double most = std::chrono::milliseconds(longest_wait).count();
  if (failed != std::errc() || end != last || number * factor > most) return std::nullopt;
  return std::chrono::milliseconds(std::llround(number * factor));
}

struct Waiting::Waiter {
  sdk::Call call;
  Look look;
  http::Reply reply;

  // Held during each look. What follows is set before the first one.
  std::mutex mutex;
  bool done = false;
  PlanNews::Listener listener;
  work::Timers::Id timer = 0;
  std::unique_ptr<std::stop_callback<std::function<void()>>> on_cancelled;
};

Waiting::~Waiting() {
  timers_.stop();
  pool_.close();
  std::set<Shared> left;
  std::lock_guard const lock(mutex_);
  left.swap(waiters_);
}

std::size_t Waiting::count() const {
  std::lock_guard const lock(mutex_);
  return waiters_.size();
}

void Waiting::wait(sdk::Call const& call, std::chrono::milliseconds time, Look look_at, http::Reply reply) {
  auto const waiter = std::make_shared<Waiter>();
  waiter->call = call;
  waiter->call.cancelled = {};
  waiter->look = std::move(look_at);
  waiter->reply = std::move(reply);
  std::weak_ptr<Waiter> const weak = waiter;
  {
    std::lock_guard const lock(mutex_);
    waiters_.insert(waiter);
  }
  {
    std::lock_guard const lock(waiter->mutex);
    waiter->listener = news_.listen(call.plan_id, [this, weak](PlanNews::Kind kind, sdk::Row const* row) {
      if (kind != PlanNews::Kind::changed) return look(weak, false);
      if (has_ended(*row))
        look(weak, false,
             row->boolean("deleted") ? nullptr : std::make_shared<store::Plan const>(store::Plan::from(*row)));
    });
    waiter->timer = timers_.at(clock_.now() + time, [this, weak] { look(weak, true); });
    waiter->on_cancelled =
        std::make_unique<std::stop_callback<std::function<void()>>>(call.cancelled, [this, weak] { look(weak, true); });
  }
  // After the listening began: whatever happened before is seen now.
  if (time.count() == 0 || !news_.is_living(call.plan_id)) look_now(waiter, time.count() == 0);
}

void Waiting::look(std::weak_ptr<Waiter> const& waiter, bool last, Told told) {
  pool_.post([this, waiter, last, told = std::move(told)] {
    if (auto const alive = waiter.lock()) look_now(alive, last, told);
  });
}

std::optional<http::Response> Waiting::response_of(Waiter const& waiter, bool last, Told const& told) const {
  auto call = waiter.call;
  call.deadline = clock_.now() + patience;
  try {
    return waiter.look(call, last, told.get());
  } catch (std::exception const& error) {
    log_.error(call, std::string("a waiting request failed: ") + error.what());
    return http::make_error(500, "Unexpected error; the log has it under request " + call.request_id + ".");
  }
}

void Waiting::look_now(Shared const& waiter, bool last, Told const& told) {
  PlanNews::Listener listener;
  std::unique_ptr<std::stop_callback<std::function<void()>>> on_cancelled;
  std::optional<http::Response> response;
  {
    std::lock_guard const lock(waiter->mutex);
    if (waiter->done) return;
    response = response_of(*waiter, last, told);
    if (!response) return;
    waiter->done = true;
    listener = std::move(waiter->listener);
    on_cancelled = std::move(waiter->on_cancelled);
    timers_.cancel(waiter->timer);
  }
  waiter->reply(std::move(*response));
  std::lock_guard const lock(mutex_);
  waiters_.erase(waiter);
}

}  // namespace conductor::services::api
