#include "core/rpc/direct_caller.hpp"

#include "core/rpc/caller.hpp"
#include "core/work/failpoint.hpp"

#include "conductor/sdk/claims.hpp"

namespace conductor::rpc {

namespace {

using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;

constexpr auto busy_pause = 250ms;    // after "overloaded"
constexpr auto stopping_pause = 10s;  // its row goes meanwhile
constexpr auto store_patience = 2s;

std::int64_t milliseconds(sdk::Duration time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

sdk::Result<boost::json::value> ask_worker(Dialer& dialer, sdk::WorkerInfo const& row, std::string const& own_host,
                                           sdk::Call const& call, std::string const& topic, std::string const& method,
                                           sdk::Clock& clock) {
  auto const place = place_of(row, own_host);
  if (!place) return Error{Errc::unsupported, "it has no address for direct calls, or is of another release"};
  auto const link = Link::open(dialer, place->addresses, place->worker, clock, {});
  if (!link) return link.error();
  auto const id = sdk::random_id();
  auto outcome = (*link)->ask(call, id,
                              {{"kind", "request"},
                               {"id", id},
                               {"topic", topic},
                               {"method", method},
                               {"args", boost::json::object()},
                               {"request_id", call.request_id},
                               {"deadline_ms", milliseconds(call.remaining(clock))}});
  if (outcome.kind == Link::Outcome::Kind::answered) return std::move(outcome.answer);
  return Error{Errc::unavailable, outcome.why.empty() ? "no answer in time" : outcome.why};
}

DirectCaller::DirectCaller(Options options, sdk::Store& store, std::unique_ptr<Dialer> dialer, sdk::Clock& clock,
                           sdk::Log& log)
    : options_(std::move(options)),
      store_(store),
      dialer_(std::move(dialer)),
      clock_(clock),
      log_(log),
      peers_(options_.host) {}

DirectCaller::Answer DirectCaller::call(sdk::Call const& call, std::string const& id, std::string const& topic,
                                        std::string const& method, boost::json::value const& args) {
  refresh(call, topic);
  boost::json::object request;
  std::set<std::string> tried;
  while (auto const place = peers_.pick(topic, clock_.now(), tried)) {
    tried.insert(place->worker);
    if (request.empty()) {
      request = {{"kind", "request"},
                 {"id", id},
                 {"topic", topic},
                 {"method", method},
                 {"args", args},
                 {"reply_to", options_.worker},
                 {"request_id", call.request_id},
                 {"transaction_id", call.transaction_id},
                 {"plan_id", call.plan_id}};
      if (work::failpoint("rpc", "before_call")) {
        peers_.passed(place->worker, clock_.now(), {}, {});
        return Error{Errc::unavailable, topic + "." + method + ": fail-point before_call"};
      }
    }
    request["deadline_ms"] = milliseconds(call.remaining(clock_));
    if (auto answer = ask(call, id, *place, request)) return answer;
    if (auto expired = call.expired(clock_)) return *expired;
  }
  return std::nullopt;
}

DirectCaller::Answer DirectCaller::ask(sdk::Call const& call, std::string const& id, PeerPlace const& place,
                                       boost::json::object const& request) {
  auto const link = link_to(place);
  if (!link) {
    leave_out(place, link.error().text);
    return std::nullopt;
  }
  auto const began = clock_.now();
  auto outcome = (*link)->ask(call, id, request);
  work::failpoint("rpc", "after_call");
  auto const topic = text_of(request, "topic");
  auto const what = topic + "." + text_of(request, "method");
  switch (outcome.kind) {
    case Link::Outcome::Kind::answered:
      peers_.ended(place.worker, clock_.now() - began);
      work::failpoint("rpc", "before_tidy");
      return std::move(outcome.answer);
    case Link::Outcome::Kind::refused:
      peers_.passed(place.worker, clock_.now(), (*link)->is_open() ? sdk::Duration(busy_pause) : stopping_pause,
                    outcome.why);
      return std::nullopt;
    case Link::Outcome::Kind::given_up:
      peers_.passed(place.worker, clock_.now(), {}, {});
      if (call.cancelled.stop_requested()) return Error{Errc::cancelled, what + " was cancelled"};
      return no_answer(what, topic, message_status::working, clock_.now() - began);
    case Link::Outcome::Kind::lost:
      break;
  }
  leave_out(place, outcome.why);
  return std::nullopt;
}

void DirectCaller::leave_out(PeerPlace const& place, std::string const& why) {
  peers_.failed(place.worker, clock_.now(), why);
  log_.info("worker " + place.worker + " does not answer directly and is left out for a while: " + why);
}

sdk::Result<std::shared_ptr<Link>> DirectCaller::link_to(PeerPlace const& place) {
  std::shared_ptr<Slot> slot;
  {
    std::lock_guard const lock(mutex_);
    auto& known = slots_[place.worker];
    if (!known) known = std::make_shared<Slot>();
    slot = known;
  }
  // One connects, the others wait for it.
  std::lock_guard const lock(slot->opening);
  if (slot->link && slot->link->is_open()) return slot->link;
  auto opened = Link::open(*dialer_, place.addresses, place.worker, clock_, options_.patience);
  if (!opened) return opened;
  // Calls under way over the old one keep it.
  slot->link = std::move(*opened);
  peers_.connected(place.worker, slot->link->address());
  return slot->link;
}

bool DirectCaller::is_fresh(std::string const& topic, sdk::Time now) const {
  auto const limit = peers_.knows(topic, now) ? known_for : unknown_for;
  std::lock_guard const lock(mutex_);
  return read_at_ && now - *read_at_ < limit;
}

void DirectCaller::refresh(sdk::Call const& call, std::string const& topic) {
  auto const now = clock_.now();
  if (is_fresh(topic, now)) return;
  // One reads. Who knows a peer meanwhile goes on with it, who knows none waits.
  std::unique_lock reading(reading_, std::defer_lock);
  if (!peers_.knows(topic, now))
    reading.lock();
  else if (!reading.try_lock())
    return;
  if (is_fresh(topic, now)) return;
  auto const rows = store_.workers(call.within(clock_, store_patience));
  auto const gone = rows ? peers_.update(rows.value, options_.worker) : std::vector<std::string>();
  std::vector<std::shared_ptr<Slot>> closing;  // outside the lock: it waits for their threads
  std::lock_guard const lock(mutex_);
  read_at_ = now;
  for (auto const& worker : gone)
    if (auto const found = slots_.find(worker); found != slots_.end()) {
      closing.push_back(std::move(found->second));
      slots_.erase(found);
    }
}

}  // namespace conductor::rpc
