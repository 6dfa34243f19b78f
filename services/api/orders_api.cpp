#include "services/api/orders_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/plan_topics.hpp"
#include "services/api/dry_run.hpp"
#include "services/api/request_text.hpp"

namespace conductor::services::api {

namespace json = boost::json;
namespace topics = model::plan_topics;

namespace {

constexpr std::chrono::seconds longest_errand{60};

}  // namespace

std::vector<http::Route> OrdersApi::routes() {
  using http::Role;
  return {{"/v1/release-orders", "POST", Role::operator_,
           handler({topics::release_orders, "Unable to release orders", false}), "Report ended spin-ups"},
          {"/v1/load_latency_rules", "POST", Role::operator_,
           handler({topics::load_latency_rules, "Unable to insert", true}), "Replace the region place-holders"},
          {"/v1/load_latency_country_rules", "POST", Role::operator_,
           handler({topics::load_latency_country_rules, "Unable to insert", true}),
           "Replace the latency rules of countries"}};
}

http::Handler OrdersApi::handler(Errand errand) {
  return checked([this, errand](sdk::Call const& call, http::Request const& request, http::Caller const&) {
    auto body = read_request_text(request.body);
    if (!body) return http::make_error(400, body.error().text);
    return background_.response([this, errand, ids = call, body = std::move(*body)](sdk::Call const& later) {
      return run(continued(ids, later), body, errand);
    });
  });
}

http::Response OrdersApi::run(sdk::Call const& call, json::value body, Errand const& errand) const {
  auto args = errand.wrapped ? json::value(json::object{{"rules", std::move(body)}}) : std::move(body);
  auto const answer = ask_role(context_, call.within(context_.clock, longest_errand), topics::controller, errand.method,
                               std::move(args));
  if (!answer) return role_failure(context_, call, answer.error(), errand.doing);
  return json_response(201, *answer);
}

}  // namespace conductor::services::api
