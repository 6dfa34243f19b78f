#include "services/api/plans_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"
#include "services/api/media_types.hpp"

#include <charconv>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::chrono::seconds health_time{10};
constexpr std::size_t largest_page = 1000;  // of the store's lists too

http::Response json_response(int status, json::value const& body, sdk::HttpHeaders headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  return {.status = status, .headers = std::move(headers), .body = json::serialize(body)};
}

std::string transaction_id_of(http::Request const& request) {
  auto const standard = request.header("Transaction-Id");
  return standard.empty() ? request.header("transaction_id") : standard;
}

std::optional<std::string> idempotency_key_of(http::Request const& request) {
  if (!request.has_header("Idempotency-Key")) return std::nullopt;
  return request.header("Idempotency-Key");
}

http::Response no_such_plan(std::string const& id) { return http::make_error(404, "Plan " + id + " not found"); }

}  // namespace

std::vector<http::Route> PlansApi::routes() {
  using http::Role;
  return {
      {"/", "GET", Role::anonymous, checked(&PlansApi::version), "Versions of the API"},
      {"/v1", "OPTIONS", Role::anonymous, {}, "The first version"},
      {"/v1/plans", "GET", Role::reader, checked(&PlansApi::list), "All plans, oldest first"},
      {"/v1/plans", "POST", Role::submitter, checked(&PlansApi::create), "Submit a plan"},
      {"/v1/plans/healthcheck", "GET", Role::anonymous, checked(&PlansApi::health),
       "Whether API, controller and store work"},
      {"/v1/plans/{id}", "GET", Role::reader, checked(&PlansApi::get), "One plan"},
      {"/v1/plans/{id}", "DELETE", Role::submitter, checked(&PlansApi::remove), "Delete a plan, in whatever status"},
  };
}

http::Handler PlansApi::checked(Response (PlansApi::*handler)(Call const&, Request const&, Caller const&)) {
  return [this, handler](Call const& call, Request const& request, Caller const& caller) -> Response {
    if (!accepts_json(request.header("Accept")))
      return http::make_error(406, "The answer is application/json; the Accept header allows none of its types");
    if (!request.body.empty() && !is_json(request.header("Content-Type")))
      return http::make_error(415, "The Content-Type header must be application/json or be left out");
    Call own = call;
    own.transaction_id = transaction_id_of(request);
    if (!own.transaction_id.empty())
      if (auto good = check_transaction_id(own.transaction_id); !good) return http::make_error(400, good.error().text);
    return (this->*handler)(own, request, caller);
  };
}

std::string PlansApi::base(Request const& request) const {
  if (!config_.server_url.empty()) {
    auto url = config_.server_url;
    while (url.ends_with('/')) url.pop_back();
    return url;
  }
  return (request.secure ? "https://" : "http://") + request.header("Host");
}

http::Response PlansApi::failure(Call const& call, Error const& error, std::string const& doing) {
  log_.error(call, doing + ": " + error.text);
  bool const passing =
      error.code == Errc::unavailable || error.code == Errc::timed_out || error.code == Errc::cancelled;
  if (passing)
    return http::make_error(503, doing + ". The store does not answer; try again later.", {{"Retry-After", "5"}});
  return http::make_error(500, doing + ". The log has details under request " + call.request_id + ".");
}

http::Response PlansApi::version(Call const&, Request const& request, Caller const&) {
  return json_response(200, version_document(base(request), config_.product_version));
}

http::Response PlansApi::create(Call const& call, Request const& request, Caller const& caller) {
  if (request.parameter("dry_run") == "true")
    return http::make_error(501, "dry_run is not supported by this release; nothing was submitted");
  auto wanted = read_plan_request(
      request.body,
      {.transaction_id = call.transaction_id, .idempotency_key = idempotency_key_of(request), .submitter = caller.user},
      config_.limits);
  if (!wanted) return http::make_error(400, wanted.error().text);
  wanted->request_id = call.request_id;
  return created(call, request, *wanted);
}

http::Response PlansApi::created(Call const& call, Request const& request, store::NewPlan const& wanted) {
  Call own = call;
  own.plan_id = wanted.id;
  own.transaction_id = wanted.transaction_id;
  auto result = plans_.create(own, wanted);
  if (!result) return failure(own, result.error(), "Unable to create Plan");
  auto const& plan = result->plan;
  if (result->outcome == store::Created::exists) {
    // The same request again answers with the plan it made; anything else under that id is a conflict.
    auto const extras = plans_.document(own, plan, "extras");
    if (!extras) return failure(own, extras.error(), "Unable to create Plan");
    auto const* digest = wanted.extras.is_object() ? wanted.extras.as_object().if_contains(digest_key) : nullptr;
    auto const* stored = extras->is_object() ? extras->as_object().if_contains(digest_key) : nullptr;
    if (digest == nullptr || stored == nullptr || *digest != *stored)
      return http::make_error(409, digest != nullptr && stored != nullptr
                                       ? "The Idempotency-Key was used for another request body"
                                       : "A plan with id " + wanted.id + " exists");
  } else {
    log_.info(own, "plan '" + wanted.name + "' accepted");
  }
  // What the client gets is the plan as it was accepted, even if a worker has begun already.
  auto accepted = plan;
  accepted.status = std::string(model::status::template_);
  accepted.message.clear();
  auto const document = plan_document(accepted, nullptr, nullptr, base(request), config_.wire_compat);
  return json_response(201, document, {{"Location", base(request) + "/v1/plans/" + plan.id}});
}

sdk::Result<json::object> PlansApi::document(Call const& call, Request const& request, store::Plan const& plan) {
  auto solution = plans_.document(call, plan, "solution");
  if (!solution) return solution.error();
  auto errors = plans_.document(call, plan, "errors");
  if (!errors) return errors.error();
  return plan_document(plan, *solution, *errors, base(request), config_.wire_compat);
}

// The store pages by its own cursor, a client by the last id it has seen: pages are walked up to that one.
sdk::Result<std::vector<store::Plan>> PlansApi::plans_after(Call const& call, std::string const& marker,
                                                            std::size_t limit) {
  std::vector<store::Plan> found;
  bool counting = marker.empty();
  std::optional<std::string> cursor;
  do {
    auto listed = plans_.list(call, cursor, counting ? limit - found.size() : largest_page);
    if (!listed) return listed.error();
    for (auto& plan : listed->plans) {
      if (counting && found.size() < limit)
        found.push_back(std::move(plan));
      else
        counting = counting || plan.id == marker;
    }
    cursor = std::move(listed->cursor);
  } while (cursor && found.size() < limit);
  if (!counting)
    return Error{Errc::invalid, "Query parameter marker must be the id of a plan in the list, got " + marker};
  return found;
}

http::Response PlansApi::list(Call const& call, Request const& request, Caller const&) {
  std::size_t limit = config_.page;
  if (auto const text = request.parameter("limit"); !text.empty()) {
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (failed != std::errc() || end != text.data() + text.size() || limit < 1 || limit > largest_page)
      return http::make_error(400, "Query parameter limit must be a number from 1 to " + std::to_string(largest_page));
  }
  auto const marker = lower(request.parameter("marker"));
  if (!marker.empty() && !is_uuid(marker))
    return http::make_error(400, "Query parameter marker must be the id of a plan");
  auto const listed = plans_after(call, marker, limit);
  if (!listed && listed.error().code == Errc::invalid) return http::make_error(400, listed.error().text);
  if (!listed) return failure(call, listed.error(), "Unable to list Plans");
  json::array all;
  for (auto const& plan : *listed) {
    auto one = document(call, request, plan);
    // Deleted between the two reads.
    if (!one && one.error().code == Errc::not_found) continue;
    if (!one) return failure(call, one.error(), "Unable to list Plans");
    all.push_back(std::move(*one));
  }
  return json_response(200, json::object{{"plans", std::move(all)}});
}

http::Response PlansApi::get(Call const& call, Request const& request, Caller const&) {
  auto const& given = request.path_parameters.at("id");
  if (!is_uuid(given)) return no_such_plan(given);
  Call own = call;
  own.plan_id = lower(given);
  auto const plan = plans_.get(own, own.plan_id);
  if (!plan && plan.error().code == Errc::not_found) return no_such_plan(given);
  if (!plan) return failure(own, plan.error(), "Unable to read Plan");
  auto one = document(own, request, *plan);
  if (!one && one.error().code == Errc::not_found) return no_such_plan(given);
  if (!one) return failure(own, one.error(), "Unable to read Plan");
  json::array plans;
  plans.emplace_back(std::move(*one));
  return json_response(200, json::object{{"plans", std::move(plans)}});
}

http::Response PlansApi::remove(Call const& call, Request const& request, Caller const&) {
  auto const& given = request.path_parameters.at("id");
  if (!is_uuid(given)) return no_such_plan(given);
  Call own = call;
  own.plan_id = lower(given);
  auto const removed = plans_.remove(own, own.plan_id);
  if (!removed && removed.error().code == Errc::not_found) return no_such_plan(given);
  if (!removed) return failure(own, removed.error(), "Unable to delete Plan");
  log_.info(own, "plan deleted");
  return {.status = 204};
}

// A virtual plan: a live round trip to the controller and to the store, never a row in a queue.
http::Response PlansApi::health(Call const& call, Request const& request, Caller const&) {
  auto const own = call.within(clock_, health_time);
  auto const alive = rpc_.call(own, "controller", "ping", json::object());
  std::string why = alive ? "" : alive.error().text;
  if (alive)
    if (auto const listed = plans_.list(own, std::nullopt, 1); !listed) why = listed.error().text;
  if (!why.empty()) {
    log_.warning(call, "health check failed: " + why);
    return http::make_error(503, "Not healthy: " + why, {{"Retry-After", "5"}});
  }
  store::Plan plan;
  plan.id = "healthcheck";
  plan.name = "foo";
  plan.status = std::string(model::status::solved);
  plan.created_ms = plan.updated_ms = clock_.wall_ms();
  json::array plans;
  plans.emplace_back(plan_document(plan, nullptr, nullptr, base(request), config_.wire_compat));
  return json_response(200, json::object{{"plans", std::move(plans)}});
}

}  // namespace conductor::services::api
