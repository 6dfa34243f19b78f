#include "services/api/events_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"
#include "services/api/request_values.hpp"

#include <charconv>

namespace conductor::services::api {

namespace {

// The number in `{plan id}:{seq}`; nothing: it is no id of an event of this plan.
std::optional<std::int64_t> sequence_in(std::string const& event_id, std::string const& plan_id) {
  if (event_id.size() < plan_id.size() + 2 || lower(event_id.substr(0, plan_id.size())) != plan_id) return std::nullopt;
  if (event_id[plan_id.size()] != ':') return std::nullopt;
  std::int64_t seq = 0;
  auto const* const end = event_id.data() + event_id.size();
  auto const [stop, failed] = std::from_chars(event_id.data() + plan_id.size() + 1, end, seq);
  if (failed != std::errc() || stop != end || seq < 0) return std::nullopt;
  return seq;
}

http::Response event_stream(std::function<void(sdk::Call const&, http::Writer const&)> run) {
  http::Response response;
  // Proxies must neither keep the events nor hold them back.
  response.headers = {
      {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.stream = std::move(run);
  return response;
}

http::Response bad_event_id(std::string const& got, std::string const& expected) {
  return http::make_error(400, "The header Last-Event-ID must be " + expected + ", got " + echo_text(got));
}

}  // namespace

std::vector<http::Route> EventsApi::routes() {
  using http::Role;
  auto const handler = [this](auto method) {
    return checked([this, method](sdk::Call const& call, http::Request const& request,
                                  http::Caller const&) { return (this->*method)(call, request); },
                   Answer::events);
  };
  return {{"/v1/plans/{id}/events", "GET", Role::reader, handler(&EventsApi::of_plan),
           "State changes of one plan, as Server-Sent Events"},
          {"/v1/events", "GET", Role::reader, handler(&EventsApi::of_all),
           "State changes of all plans, as Server-Sent Events"}};
}

http::Response EventsApi::of_plan(sdk::Call const& call, http::Request const& request) const {
  auto own = call;
  auto const plan = context_.plan(own, request);
  if (!plan) return context_.plan_failure(own, request, plan.error());
  std::int64_t after = 0;
  auto const newest = newest_transition(plan->row);
  if (auto const last = request.header("Last-Event-ID"); !last.empty()) {
    auto const seq = sequence_in(last, plan->id);
    if (!seq) return bad_event_id(last, "the id of an event of this plan, " + plan->id + ":{seq}");
    // A greater number is of an earlier plan with this id: all of this one is new.
    after = *seq <= newest ? *seq : 0;
  }
  // Nothing will follow. With this status clients stop coming back.
  if (model::status::is_final(plan->status) && after == newest) return {.status = 204};
  return event_stream([this, id = plan->id, after](sdk::Call const& streaming, http::Writer const& write) {
    auto with_plan = streaming;
    with_plan.plan_id = id;
    stream_plan(sources_, with_plan, write, id, after);
  });
}

http::Response EventsApi::of_all(sdk::Call const& call, http::Request const& request) const {
  auto const last = request.header("Last-Event-ID");
  if (!last.empty() && !is_printable(last)) return bad_event_id(last, "the id of an earlier event");
  auto const all = AllEvents::open(sources_, call, last);
  if (!all && all.error().code == sdk::Errc::unsupported)
    return http::make_error(501, "The store does not tell of changes; poll GET /v1/plans instead");
  if (!all) return context_.failure(call, all.error(), "Unable to watch Plans");
  return event_stream(
      [all = *all](sdk::Call const& streaming, http::Writer const& write) { all->run(streaming, write); });
}

}  // namespace conductor::services::api
