#include "services/api/plans_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"
#include "services/api/plan_list.hpp"
#include "services/api/request_values.hpp"

#include <algorithm>

namespace conductor::services::api {

using sdk::Errc;

namespace {

// {"plans": [...]} around documents that are texts already.
http::Response plans_response(std::vector<PlanTexts::Text> const& texts) {
  constexpr std::string_view begin = R"({"plans":[)", end = "]}";
  http::Response response{.status = 200, .headers = {{"Content-Type", "application/json"}}};
  auto size = begin.size() + end.size() + texts.size();
  for (auto const& text : texts) size += text->size();
  response.body.reserve(size);
  response.body += begin;
  for (auto const& text : texts) {
    if (&text != &texts.front()) response.body += ',';
    response.body += *text;
  }
  response.body += end;
  return response;
}

}  // namespace

std::vector<http::Route> PlansApi::routes() {
  using http::Role;
  return {
      {"/", "GET", Role::anonymous, handler(&PlansApi::version), "Versions of the API"},
      {"/v1", "OPTIONS", Role::anonymous, {}, "The first version"},
      {"/v1/plans", "GET", Role::reader, handler(&PlansApi::list), "Plans, page by page"},
      {"/v1/plans/{id}", "GET", Role::reader, fresh_.keeping(handler(&PlansApi::get)), "One plan", fresh_.at_once()},
      {"/v1/plans/{id}", "DELETE", Role::submitter, handler(&PlansApi::remove), "Delete a plan, in whatever status"},
  };
}

http::Handler PlansApi::handler(Response (PlansApi::*method)(Call const&, Request const&, Caller const&)) {
  return checked([this, method](Call const& call, Request const& request, Caller const& caller) {
    return (this->*method)(call, request, caller);
  });
}

http::Response PlansApi::version(Call const&, Request const& request, Caller const&) {
  return json_response(200, version_document(context_.base(request), context_.config.product_version));
}

http::Response PlansApi::list(Call const& call, Request const& request, Caller const&) {
  auto const query = read_list_query(request, context_.config.page);
  if (!query) return http::make_error(400, query.error().text);
  auto const listed = list_plans(call, context_.plans, context_.clock, *query);
  if (!listed && listed.error().code == Errc::invalid) return http::make_error(400, listed.error().text);
  if (!listed) return context_.failure(call, listed.error(), "Unable to list Plans");
  std::vector<PlanTexts::Text> texts;
  for (auto const& plan : *listed) {
    auto text = texts_.of(call, request, plan);
    // Deleted between the two reads.
    if (!text && text.error().code == Errc::not_found) continue;
    if (!text) return context_.failure(call, text.error(), "Unable to list Plans");
    texts.push_back(std::move(*text));
  }
  return plans_response(texts);
}

http::Response PlansApi::get(Call const& call, Request const& request, Caller const&) {
  auto time = std::optional(std::chrono::milliseconds(0));
  auto const given = std::ranges::find(request.query, "wait", &std::pair<std::string, std::string>::first);
  if (given != request.query.end()) {
    time = read_wait(given->second);
    if (!time)
      return http::make_error(400, "Query parameter wait must be a time such as 30s, 500ms or 30 (seconds), at most " +
                                       std::to_string(longest_wait.count()) + " s, got " + echo_text(given->second));
  }
  if (time->count() > 0 && is_uuid(request.path_parameters.at("id"))) return wait(call, request, *time);
  auto own = call;
  auto const plan = context_.plan(own, request);
  return plan ? one(own, request, *plan) : context_.plan_failure(own, request, plan.error());
}

http::Response PlansApi::one(Call const& call, Request const& request, store::Plan const& plan) {
  auto text = texts_.of(call, request, plan);
  return text ? plans_response({std::move(*text)}) : context_.plan_failure(call, request, text.error());
}

http::Response PlansApi::wait(Call const& ids, Request const& request, std::chrono::milliseconds time) {
  Response response;
  response.later = [this, ids, request, time](Call const& call, http::Reply const& reply) {
    auto own = continued(ids, call);
    own.plan_id = lower(request.path_parameters.at("id"));
    auto look = [this, request](Call const& looking, bool last, store::Plan const* told) -> std::optional<Response> {
      if (told != nullptr) return one(looking, request, *told);
      auto const plan = context_.plans.get(looking, looking.plan_id);
      if (!plan) return context_.plan_failure(looking, request, plan.error());
      if (!last && !model::status::is_final(plan->status)) return std::nullopt;
      return one(looking, request, *plan);
    };
    waiting_.wait(own, time, std::move(look), reply);
  };
  return response;
}

// `release=true` asks for the release of all that the plan holds (reservation specification B7), which takes an
// operator. No plan holds anything yet: whatever the parameter says, the row goes at once.
http::Response PlansApi::remove(Call const& call, Request const& request, Caller const& caller) {
  auto own = call;
  auto const& given = request.path_parameters.at("id");
  bool const release = request.parameter("release") == "true";
  if (caller.role < http::Role::operator_) {
    if (release) return http::make_error(403, "Releasing what a plan holds needs the role operator.");
    auto const plan = context_.plan(own, request);
    if (!plan) return context_.plan_failure(own, request, plan.error());
    if (plan->submitter != caller.user)
      return http::make_error(403, "Deleting a plan of somebody else needs the role operator.");
  }
  if (!is_uuid(given)) return no_such_plan(given);
  own.plan_id = lower(given);
  auto const removed = context_.plans.remove(own, own.plan_id);
  if (!removed && removed.error().code == Errc::not_found) return no_such_plan(given);
  if (!removed) return context_.failure(own, removed.error(), "Unable to delete Plan");
  context_.log.info(own, "plan deleted");
  return {.status = 204};
}

}  // namespace conductor::services::api
