#include "services/api/context.hpp"

#include "core/http/errors.hpp"
#include "services/api/media_types.hpp"

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;

std::string ApiContext::base(http::Request const& request) const {
  if (!config.server_url.empty()) {
    auto url = config.server_url;
    while (url.ends_with('/')) url.pop_back();
    return url;
  }
  return http::base_url(request);
}

sdk::Result<json::object> ApiContext::document(sdk::Call const& call, http::Request const& request,
                                               store::Plan const& plan) const {
  auto solution = plans.document(call, plan, "solution");
  if (!solution) return solution.error();
  auto errors = plans.document(call, plan, "errors");
  if (!errors) return errors.error();
  auto extras = plans.document(call, plan, "extras");
  if (!extras) return extras.error();
  return plan_document(plan, *solution, *errors, base(request), config.wire_compat, *extras);
}

sdk::Result<store::Plan> ApiContext::plan(sdk::Call& call, http::Request const& request) const {
  auto const& given = request.path_parameters.at("id");
  if (!is_uuid(given)) return sdk::Error{Errc::not_found, "this is no id of a plan"};
  call.plan_id = lower(given);
  return plans.get(call, call.plan_id);
}

http::Response ApiContext::plan_failure(sdk::Call const& call, http::Request const& request,
                                        sdk::Error const& error) const {
  if (error.code == Errc::not_found) return no_such_plan(request.path_parameters.at("id"));
  return failure(call, error, "Unable to read Plan");
}

http::Response ApiContext::failure(sdk::Call const& call, sdk::Error const& error, std::string const& doing) const {
  log.error(call, doing + ": " + error.text);
  bool const passing =
      error.code == Errc::unavailable || error.code == Errc::timed_out || error.code == Errc::cancelled;
  if (passing)
    return http::make_error(503, doing + ". The store does not answer; try again later.", {{"Retry-After", "5"}});
  return http::make_error(500, doing + ". The log has details under request " + call.request_id + ".");
}

sdk::Call continued(sdk::Call ids, sdk::Call const& later) {
  ids.deadline = later.deadline;
  ids.cancelled = later.cancelled;
  return ids;
}

http::Response json_response(int status, json::value const& body, sdk::HttpHeaders headers) {
  headers.emplace_back("Content-Type", "application/json");
  return {.status = status, .headers = std::move(headers), .body = json::serialize(body)};
}

http::Response no_such_plan(std::string const& id) { return http::make_error(404, "Plan " + id + " not found"); }

namespace {

std::string transaction_id_of(http::Request const& request) {
  auto const standard = request.header("Transaction-Id");
  return standard.empty() ? request.header("transaction_id") : standard;
}

}  // namespace

http::Handler checked(http::Handler handler, Answer answer) {
  return [handler = std::move(handler), answer](sdk::Call const& call, http::Request const& request,
                                                http::Caller const& caller) -> http::Response {
    auto const accept = request.header("Accept");
    if (answer == Answer::events && !accepts_events(accept))
      return http::make_error(406, "The answer is text/event-stream, which the Accept header does not allow");
    if (answer == Answer::json && !accepts_json(accept))
      return http::make_error(406, "The answer is application/json; the Accept header allows none of its types");
    if (!request.body.empty() && !is_json(request.header("Content-Type")))
      return http::make_error(415, "The Content-Type header must be application/json or be left out");
    sdk::Call own = call;
    own.transaction_id = transaction_id_of(request);
    if (!own.transaction_id.empty())
      if (auto good = check_transaction_id(own.transaction_id); !good) return http::make_error(400, good.error().text);
    return handler(own, request, caller);
  };
}

}  // namespace conductor::services::api
