#include "services/api/event_stream.hpp"

#include "core/model/status.hpp"
#include "core/store/rows.hpp"

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Event;

namespace {

constexpr std::chrono::seconds patience{10};  // for one question to the store
constexpr std::size_t most_waiting = 10'000;  // events that a slow client may be behind; then it has to list again
constexpr std::size_t batch_size = 100;
constexpr char keep_alive[] = ": keep-alive\n\n";

std::string id_line(std::string const& id) { return id.empty() ? "" : "id: " + id + "\n"; }

// An id without data: the client notes it for its next request, and nothing is dispatched.
std::string mark(std::string const& cursor) { return id_line(cursor) + "\n"; }

std::string data_of(sdk::Row const& row, store::PastTransition const& transition, bool newest) {
  json::object data{{"id", row.id},
                    {"name", row.text("name")},
                    {"status", transition.status},
                    {"seq", transition.seq},
                    {"at", transition.at_ms}};
  if (auto const& message = row.text("message"); newest && !message.empty()) data["message"] = message;
  data["request_id"] = row.text("request_id");
  return json::serialize(data);
}

bool is_final(sdk::Row const& row) { return model::status::is_final(row.text("status")); }

}  // namespace

std::int64_t newest_transition(sdk::Row const& row) {
  auto const known = store::transitions_of(row.list("history"));
  return known.empty() ? 0 : known.back().seq;
}

std::string plan_events(sdk::Row const& row, std::int64_t after,
                        std::function<std::string(std::int64_t seq)> const& id) {
  std::string text;
  auto const known = store::transitions_of(row.list("history"));
  for (auto const& transition : known) {
    if (transition.seq <= after) continue;
    text += "event: plan\n";
    text += id_line(id(transition.seq));
    text.append("data: ").append(data_of(row, transition, transition.seq == known.back().seq)).append("\n\n");
  }
  return text;
}

void stream_plan(StreamSources const& sources, sdk::Call const& call, http::Writer const& write,
                 std::string const& plan_id, std::int64_t after) {
  work::Alarm alarm;
  auto const listener = sources.news.listen(plan_id, [&alarm](PlanNews::Kind, sdk::Row const*) { alarm.ring(); });
  auto const id = [&](std::int64_t seq) { return plan_id + ":" + std::to_string(seq); };
  auto next_sign = sources.clock.now() + keep_alive_pause;
  while (!call.cancelled.stop_requested()) {
    auto const plan = sources.plans.get(call.within(sources.clock, patience), plan_id);
    if (!plan) {
      // The client comes back with the id of its last event; a plan that is gone is 404 then.
      if (plan.error().code != sdk::Errc::not_found && !call.cancelled.stop_requested())
        sources.log.warning(call, "an event stream ends: " + plan.error().text);
      return;
    }
    auto const text = plan_events(plan->row, after, id);
    after = std::max(after, newest_transition(plan->row));
    if (!text.empty() && !write(text)) return;
    if (is_final(plan->row)) return;
    if (!text.empty()) next_sign = sources.clock.now() + keep_alive_pause;
    alarm.wait_until(sources.clock, next_sign, call.cancelled);
    if (sources.clock.now() < next_sign) continue;
    if (!write(keep_alive)) return;
    next_sign = sources.clock.now() + keep_alive_pause;
  }
}

sdk::Result<std::shared_ptr<AllEvents>> AllEvents::open(StreamSources const& sources, sdk::Call const& call,
                                                        std::string from) {
  auto& store = sources.plans.store();
  auto const own = call.within(sources.clock, patience);
  if (from.empty()) {
    auto now = store.cursor(own);
    if (!now) return store::error_of(now.outcome, now.text, "read the cursor of the events");
    from = std::move(now.value);
  }
  auto all = std::make_shared<AllEvents>(sources);
  all->start_ = from;
  auto* const sink = all.get();
  auto watch = store.watch(own, {{std::string(sdk::tables::plans.name)}}, from,
                           [sink](Event const& event) { sink->take(event); });
  if (watch.outcome == sdk::Outcome::invalid) return sdk::Error{sdk::Errc::unsupported, watch.text};
  if (!watch) return store::error_of(watch.outcome, watch.text, "watch the plans");
  all->watch_ = std::move(watch.value);
  return all;
}

// On a thread of the store.
void AllEvents::take(Event const& event) {
  {
    std::lock_guard const lock(mutex_);
    events_.push_back(event);
    if (events_.size() > most_waiting) {
      Event lost{.kind = Event::Kind::resync, .table = {}, .id = {}, .number = 0, .cursor = event.cursor};
      events_.clear();
      events_.push_back(std::move(lost));
    }
  }
  alarm_.ring();
}

AllEvents::Batch AllEvents::next() {
  std::lock_guard const lock(mutex_);
  auto const end = events_.begin() + static_cast<std::ptrdiff_t>(std::min(events_.size(), batch_size));
  Batch batch(std::make_move_iterator(events_.begin()), std::make_move_iterator(end));
  events_.erase(events_.begin(), end);
  return batch;
}

void AllEvents::run(sdk::Call const& call, http::Writer const& write) {
  // Whoever is cut off before the first event can go on from here.
  if (!write(mark(start_))) return;
  auto next_sign = sources_.clock.now() + keep_alive_pause;
  while (!call.cancelled.stop_requested()) {
    auto const batch = next();
    if (!batch.empty()) {
      auto const text = text_of(call.within(sources_.clock, patience), batch);
      if (!text) {
        sources_.log.warning(call, "an event stream ends: " + text.error().text);
        return;
      }
      if (!write(*text)) return;
      next_sign = sources_.clock.now() + keep_alive_pause;
      continue;
    }
    alarm_.wait_until(sources_.clock, next_sign, call.cancelled);
    if (sources_.clock.now() < next_sign) continue;
    if (!write(keep_alive)) return;
    next_sign = sources_.clock.now() + keep_alive_pause;
  }
}

sdk::Result<std::string> AllEvents::text_of(sdk::Call const& call, Batch const& batch) {
  std::vector<std::string> ids;
  for (auto const& event : batch)
    if (event.kind == Event::Kind::put) ids.push_back(event.id);
  std::map<std::string, sdk::Row> rows;
  if (!ids.empty()) {
    auto read = sources_.plans.store().get_many(call, sdk::tables::plans.name, ids);
    if (!read) return store::error_of(read.outcome, read.text, "read changed plans");
    for (auto& row : read.value)
      if (!row.boolean("deleted")) rows.insert_or_assign(row.id, std::move(row));
  }
  std::string text;
  for (auto const& event : batch) {
    auto const row = rows.find(event.id);
    if (event.kind == Event::Kind::resync) {
      sent_.clear();
      text += "event: resync\n" + id_line(event.cursor) + "data: {}\n\n";
    } else if (event.kind == Event::Kind::remove || row == rows.end()) {
      sent_.erase(event.id);
      text += mark(event.cursor);
    } else {
      text += text_of(event, row->second);
    }
  }
  return text;
}

// All transitions that were not sent yet. Of a plan that this stream has not met, these are at most as many as its row
// had versions since the event: so none is missed, though one from before may be sent once more.
std::string AllEvents::text_of(Event const& event, sdk::Row const& row) {
  auto const newest = newest_transition(row);
  auto const known = sent_.find(row.id);
  // A smaller number than was sent: the plan was deleted and made anew.
  bool const met = known != sent_.end() && known->second <= newest;
  auto const after = met ? known->second : newest - std::max<std::int64_t>(row.version.number - event.number + 1, 1);
  // Only the last one moves the client's place on: whoever is cut off in between gets all of them again.
  auto text = plan_events(row, after, [&](std::int64_t seq) { return seq == newest ? event.cursor : std::string(); });
  if (text.empty()) text = mark(event.cursor);
  // Later versions of a final plan bring nothing new; it is not remembered for ever, though a little.
  if (is_final(row) && event.number >= row.version.number)
    sent_.erase(row.id);
  else
    sent_[row.id] = newest;
  return text;
}

}  // namespace conductor::services::api
