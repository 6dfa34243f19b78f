#include "services/api/submission.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"

namespace conductor::services::api {
namespace {

std::optional<std::string> idempotency_key_of(http::Request const& request) {
  if (!request.has_header("Idempotency-Key")) return std::nullopt;
  return request.header("Idempotency-Key");
}

}  // namespace

std::vector<http::Route> Submission::routes() {
  return {{"/v1/plans", "POST", http::Role::submitter,
           checked([this](auto const& call, auto const& request, auto const& caller) {
             return create(call, request, caller);
           }),
           "Submit a plan"}};
}

http::Response Submission::create(sdk::Call const& call, http::Request const& request,
                                  http::Caller const& caller) const {
  if (request.parameter("dry_run") == "true")
    return http::make_error(501, "dry_run is not supported by this release; nothing was submitted");
  auto wanted = read_plan_request(
      request.body,
      {.transaction_id = call.transaction_id, .idempotency_key = idempotency_key_of(request), .submitter = caller.user},
      context_.config.limits);
  if (!wanted) return http::make_error(400, wanted.error().text);
  wanted->request_id = call.request_id;
  return stored(call, request, *wanted);
}

http::Response Submission::stored(sdk::Call const& call, http::Request const& request,
                                  store::NewPlan const& wanted) const {
  sdk::Call own = call;
  own.plan_id = wanted.id;
  own.transaction_id = wanted.transaction_id;
  auto result = context_.plans.create(own, wanted);
  if (!result) return context_.failure(own, result.error(), "Unable to create Plan");
  auto const& plan = result->plan;
  if (result->outcome == store::Created::exists) {
    // The same request again answers with the plan it made; anything else under that id is a conflict.
    auto const extras = context_.plans.document(own, plan, "extras");
    if (!extras) return context_.failure(own, extras.error(), "Unable to create Plan");
    auto const* digest = wanted.extras.is_object() ? wanted.extras.as_object().if_contains(digest_key) : nullptr;
    auto const* stored = extras->is_object() ? extras->as_object().if_contains(digest_key) : nullptr;
    if (digest == nullptr || stored == nullptr || *digest != *stored)
      return http::make_error(409, digest != nullptr && stored != nullptr
                                       ? "The Idempotency-Key was used for another request body"
                                       : "A plan with id " + wanted.id + " exists");
  } else {
    context_.log.info(own, "plan '" + wanted.name + "' accepted");
  }
  // What the client gets is the plan as it was accepted, even if a worker has begun already.
  auto accepted = plan;
  accepted.status = std::string(model::status::template_);
  accepted.message.clear();
  auto const base = context_.base(request);
  auto const document = plan_document(accepted, nullptr, nullptr, base, context_.config.wire_compat);
  return json_response(201, document, {{"Location", base + "/v1/plans/" + plan.id}});
}

}  // namespace conductor::services::api
