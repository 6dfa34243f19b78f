#include "services/api/plans_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"

#include <charconv>

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::chrono::seconds health_time{10};

}  // namespace

std::vector<http::Route> PlansApi::routes() {
  using http::Role;
  return {
      {"/", "GET", Role::anonymous, handler(&PlansApi::version), "Versions of the API"},
      {"/v1", "OPTIONS", Role::anonymous, {}, "The first version"},
      {"/v1/plans", "GET", Role::reader, handler(&PlansApi::list), "All plans, oldest first"},
      {"/v1/plans/healthcheck", "GET", Role::anonymous, handler(&PlansApi::health),
       "Whether API, controller and store work"},
      {"/v1/plans/{id}", "GET", Role::reader, fresh_.keeping(handler(&PlansApi::get)), "One plan", fresh_.at_once()},
      {"/v1/plans/{id}", "DELETE", Role::submitter, handler(&PlansApi::remove), "Delete a plan, in whatever status"},
  };
}

http::Handler PlansApi::handler(Response (PlansApi::*method)(Call const&, Request const&, Caller const&) const) {
  return checked([this, method](Call const& call, Request const& request, Caller const& caller) {
    return (this->*method)(call, request, caller);
  });
}

http::Response PlansApi::version(Call const&, Request const& request, Caller const&) const {
  return json_response(200, version_document(context_.base(request), context_.config.product_version));
}

// The store pages by its own cursor, a client by the last id it has seen: pages are walked up to that one.
sdk::Result<std::vector<store::Plan>> PlansApi::plans_after(Call const& call, std::string const& marker,
                                                            std::size_t limit) const {
  std::vector<store::Plan> found;
  bool counting = marker.empty();
  std::optional<std::string> cursor;
  do {
    auto listed = context_.plans.list(call, cursor, counting ? limit - found.size() : largest_page);
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

http::Response PlansApi::list(Call const& call, Request const& request, Caller const&) const {
  std::size_t limit = context_.config.page;
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
  if (!listed) return context_.failure(call, listed.error(), "Unable to list Plans");
  json::array all;
  for (auto const& plan : *listed) {
    auto one = context_.document(call, request, plan);
    // Deleted between the two reads.
    if (!one && one.error().code == Errc::not_found) continue;
    if (!one) return context_.failure(call, one.error(), "Unable to list Plans");
    all.push_back(std::move(*one));
  }
  return json_response(200, json::object{{"plans", std::move(all)}});
}

http::Response PlansApi::get(Call const& call, Request const& request, Caller const&) const {
  auto const& given = request.path_parameters.at("id");
  if (!is_uuid(given)) return no_such_plan(given);
  Call own = call;
  own.plan_id = lower(given);
  auto const plan = context_.plans.get(own, own.plan_id);
  if (!plan && plan.error().code == Errc::not_found) return no_such_plan(given);
  if (!plan) return context_.failure(own, plan.error(), "Unable to read Plan");
  auto one = context_.document(own, request, *plan);
  if (!one && one.error().code == Errc::not_found) return no_such_plan(given);
  if (!one) return context_.failure(own, one.error(), "Unable to read Plan");
  json::array plans;
  plans.emplace_back(std::move(*one));
  return json_response(200, json::object{{"plans", std::move(plans)}});
}

http::Response PlansApi::remove(Call const& call, Request const& request, Caller const&) const {
  auto const& given = request.path_parameters.at("id");
  if (!is_uuid(given)) return no_such_plan(given);
  Call own = call;
  own.plan_id = lower(given);
  auto const removed = context_.plans.remove(own, own.plan_id);
  if (!removed && removed.error().code == Errc::not_found) return no_such_plan(given);
  if (!removed) return context_.failure(own, removed.error(), "Unable to delete Plan");
  context_.log.info(own, "plan deleted");
  return {.status = 204};
}

// A virtual plan: a live round trip to the controller and to the store, never a row in a queue.
http::Response PlansApi::health(Call const& call, Request const& request, Caller const&) const {
  auto const own = call.within(context_.clock, health_time);
  auto const alive = context_.rpc.call(own, "controller", "ping", json::object());
  std::string why = alive ? "" : alive.error().text;
  if (alive)
    if (auto const listed = context_.plans.list(own, std::nullopt, 1); !listed) why = listed.error().text;
  if (!why.empty()) {
    context_.log.warning(call, "health check failed: " + why);
    return http::make_error(503, "Not healthy: " + why, {{"Retry-After", "5"}});
  }
  store::Plan plan;
  plan.id = "healthcheck";
  plan.name = "foo";
  plan.status = std::string(model::status::solved);
  plan.created_ms = plan.updated_ms = context_.clock.wall_ms();
  json::array plans;
  plans.emplace_back(plan_document(plan, nullptr, nullptr, context_.base(request), context_.config.wire_compat));
  return json_response(200, json::object{{"plans", std::move(plans)}});
}

}  // namespace conductor::services::api
