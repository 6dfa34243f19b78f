#include "services/api/health_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"

namespace conductor::services::api {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds patience{10};

}  // namespace

std::vector<http::Route> HealthApi::routes() {
  auto const health = [this](sdk::Call const&, http::Request const& request, http::Caller const&) {
    http::Response response;
    // A controller that does not answer must not hold a thread for each load balancer that asks.
    response.later = [this, request](sdk::Call const& call, http::Reply const& reply) { ask(call, {request, reply}); };
    return response;
  };
  return {{"/v1/plans/healthcheck", "GET", http::Role::anonymous, checked(health),
           "Whether API, controller and store work"}};
}

void HealthApi::ask(sdk::Call const& call, Asked asked) {
  std::lock_guard const lock(mutex_);
  asked_.push_back(std::move(asked));
  if (checking_) return;
  // The round trip is for all who ask, so it does not end with the first one's connection.
  auto own = call.within(context_.clock, patience);
  own.cancelled = {};
  checking_ = pool_.post([this, own] { check(own); });
  if (!checking_) asked_.clear();
}

void HealthApi::check(sdk::Call const& call) {
  std::string why;
  try {
    why = trouble(call);
  } catch (std::exception const& error) {
    why = error.what();
  }
  if (!why.empty()) context_.log.warning(call, "health check failed: " + why);
  std::vector<Asked> asked;
  {
    std::lock_guard const lock(mutex_);
    asked.swap(asked_);
    checking_ = false;
  }
  for (auto const& [request, reply] : asked)
    reply(why.empty() ? healthy(request) : http::make_error(503, "Not healthy: " + why, {{"Retry-After", "5"}}));
}

std::string HealthApi::trouble(sdk::Call const& call) const {
  auto const alive = context_.rpc.call(call, "controller", "ping", json::object());
  if (!alive) return alive.error().text;
  auto const listed = context_.plans.list(call, std::nullopt, 1);
  return listed ? "" : listed.error().text;
}

http::Response HealthApi::healthy(http::Request const& request) const {
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
