#include "services/api/submission.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"
#include "services/api/callback_orders.hpp"
#include "services/api/dry_run.hpp"
#include "services/api/remote_files.hpp"

namespace conductor::services::api {
namespace {

std::optional<std::string> idempotency_key_of(http::Request const& request) {
  if (!request.has_header("Idempotency-Key")) return std::nullopt;
  return request.header("Idempotency-Key");
}

boost::json::value const* in_extras(boost::json::value const& extras, std::string_view key) {
  auto const* object = extras.if_object();
  return object == nullptr ? nullptr : object->if_contains(key);
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
  auto const asked = request.parameter("dry_run");
  // Whoever asks for a trial must not get a plan because of a spelling.
  if (!asked.empty() && asked != "true" && asked != "false")
    return http::make_error(400, "The query parameter dry_run must be true or false");
  bool const dry = asked == "true";
  auto wanted = read_plan_request(request.body,
                                  {.transaction_id = call.transaction_id,
                                   .idempotency_key = idempotency_key_of(request),
                                   .submitter = caller.user,
                                   .dry_run = dry},
                                  context_.config.limits);
  if (!wanted) return http::make_error(400, wanted.error().text);
  wanted->plan.request_id = call.request_id;
  auto const base = context_.base(request);
  if (!dry && !has_remote(*wanted)) return stored(call, base, *wanted);
  return background_.response([this, ids = call, base, dry, wanted = std::move(*wanted)](sdk::Call const& later) {
    return complete(continued(ids, later), base, wanted, dry);
  });
}

http::Response Submission::complete(sdk::Call const& call, std::string const& base, PlanRequest wanted,
                                    bool dry) const {
  if (has_remote(wanted))
    if (auto fetched =
            fetch_remote(call, context_.clock, wanted, context_.config.limits.remote, context_.remote_clients);
        !fetched)
      return http::make_error(400, fetched.error().text);
  return dry ? dry_run(context_, call, wanted) : stored(call, base, wanted);
}

std::optional<http::Response> Submission::clash(sdk::Call const& call, PlanRequest const& wanted,
                                                store::Plan const& plan) const {
  auto const extras = context_.plans.document(call, plan, "extras");
  if (!extras) return context_.failure(call, extras.error(), "Unable to create Plan");
  auto const* digest = in_extras(wanted.plan.extras, digest_key);
  auto const* stored_digest = in_extras(*extras, digest_key);
  if (digest != nullptr && stored_digest != nullptr && *digest == *stored_digest) return std::nullopt;
  return http::make_error(409, digest != nullptr && stored_digest != nullptr
                                   ? "The Idempotency-Key was used for another request body"
                                   : "A plan with id " + wanted.plan.id + " exists");
}

http::Response Submission::stored(sdk::Call const& call, std::string const& base, PlanRequest const& wanted) const {
  sdk::Call own = call;
  own.plan_id = wanted.plan.id;
  own.transaction_id = wanted.plan.transaction_id;
  auto fresh = wanted.plan;
  // The order for callbacks is there before the plan is: whatever happens between the two, none is lost.
  CallbackOrders const orders(context_);
  auto const order = orders.place(own, wanted, base, fresh.extras);
  if (!order) return context_.failure(own, order.error(), "Unable to create Plan");
  auto result = context_.plans.create(own, fresh);
  if (!result) return context_.failure(own, result.error(), "Unable to create Plan");
  auto const& plan = result->plan;
  if (result->outcome == store::Created::exists) {
    orders.withdraw(own, *order);
    // The same request again answers with the plan it made; anything else under that id is a conflict.
    if (auto refused = clash(own, wanted, plan)) return std::move(*refused);
  } else {
    context_.log.info(own, "plan '" + fresh.name + "' accepted");
  }
  // What the client gets is the plan as it was accepted, even if a worker has begun already.
  auto accepted = plan;
  accepted.status = std::string(model::status::template_);
  accepted.message.clear();
  auto const document = plan_document(accepted, nullptr, nullptr, base, context_.config.wire_compat, fresh.extras);
  return json_response(201, document, {{"Location", base + "/v1/plans/" + plan.id}});
}

}  // namespace conductor::services::api
