#include "services/api/plan_parts_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/status.hpp"
#include "core/store/document.hpp"

#include <array>

namespace conductor::services::api {

namespace json = boost::json;
namespace status = model::status;
using sdk::Errc;

namespace {

constexpr std::chrono::seconds solver_patience{60};
constexpr std::size_t attempts_at_once = 16;

bool solver_has_finished(store::Plan const& plan) {
  constexpr std::array before{status::template_, status::translating, status::translated, status::solving};
  return std::ranges::find(before, plan.status) == before.end();
}

// 409 for a plan that has no answer of the solver: not yet, or never.
http::Response not_solved(store::Plan const& plan) {
  return http::make_error(
      409, solver_has_finished(plan)
               ? "Plan " + plan.id + " ended in " + plan.status + " before the solver had a result"
               : "Plan " + plan.id + " is in status " + plan.status + "; the solver has not finished yet");
}

bool is_explained(store::Plan const& plan) {
  return solver_has_finished(plan) && !plan.row.text("explanation").empty();
}

// Requests are known by their digests inside only.
void leave_out_digests(json::value& value) {
  if (auto* list = value.if_array())
    for (auto& item : *list) leave_out_digests(item);
  auto* object = value.if_object();
  if (object == nullptr) return;
  for (auto member = object->begin(); member != object->end();) {
    if (member->key().ends_with("digest")) {
      member = object->erase(member);
    } else {
      leave_out_digests(member->value());
      ++member;
    }
  }
}

}  // namespace

std::vector<http::Route> PlanPartsApi::routes() {
  using http::Role;
  auto const handler = [this](auto method) {
    return checked([this, method](sdk::Call const& call, http::Request const& request, http::Caller const&) {
      return (this->*method)(call, request);
    });
  };
  return {{"/v1/plans/{id}/explanation", "GET", Role::reader, handler(&PlanPartsApi::explanation),
           "What each constraint left of each demand's candidates"},
          {"/v1/plans/{id}/why-not", "GET", Role::reader, handler(&PlanPartsApi::why_not),
           "Why a candidate was not chosen, or what choosing it would cost"},
          {"/v1/plans/{id}/reservations", "GET", Role::reader, handler(&PlanPartsApi::reservations),
           "What was reserved for a plan, attempt by attempt"}};
}

http::Response PlanPartsApi::explanation(sdk::Call const& call, http::Request const& request) const {
  auto own = call;
  auto const plan = context_.plan(own, request);
  if (!plan) return context_.plan_failure(own, request, plan.error());
  if (!is_explained(*plan)) return not_solved(*plan);
  auto document = context_.plans.document(own, *plan, "explanation");
  if (!document) return context_.plan_failure(own, request, document.error());
  // The solver wrote the status that it left the plan in; the plan may be further now.
  if (auto* object = document->if_object()) (*object)["status"] = plan->status;
  return json_response(200, *document);
}

http::Response PlanPartsApi::why_not(sdk::Call const& call, http::Request const& request) const {
  json::object args;
  std::string missing;
  for (auto const* name : {"demand", "candidate"}) {
    auto const value = request.parameter(name);
    if (value.empty()) missing.append(missing.empty() ? "" : " and ").append(name);
    args[name] = value;
  }
  if (!missing.empty())
    return http::make_error(400, "Query parameter " + missing +
                                     " missing: why-not needs the name of a demand and the "
                                     "id of a candidate");
  auto own = call;
  auto const plan = context_.plan(own, request);
  if (!plan) return context_.plan_failure(own, request, plan.error());
  if (!is_explained(*plan)) return not_solved(*plan);
  args["plan_id"] = plan->id;
  return background_.response(
      [this, own, request, args](sdk::Call const& later) { return ask_solver(continued(own, later), request, args); });
}

http::Response PlanPartsApi::ask_solver(sdk::Call const& call, http::Request const& request, json::object args) const {
  auto const own = call.within(context_.clock, solver_patience);
  auto answer = context_.rpc.call(own, "solver", "why_not", std::move(args));
  if (answer) return json_response(200, *answer);
  auto const& error = answer.error();
  if (error.code == Errc::not_found) return http::make_error(404, error.text);
  if (error.code == Errc::invalid) return http::make_error(400, error.text);
  if (error.code == Errc::conflict) return http::make_error(409, error.text);
  context_.log.warning(own, "why-not of plan " + request.path_parameters.at("id") + ": " + error.text);
  if (error.code == Errc::unavailable || error.code == Errc::timed_out || error.code == Errc::cancelled)
    return http::make_error(503, "The solver does not answer; try again later.", {{"Retry-After", "5"}});
  return http::make_error(500, "Unexpected error; the log has it under request " + call.request_id + ".");
}

http::Response PlanPartsApi::reservations(sdk::Call const& call, http::Request const& request) const {
  auto own = call;
  auto const plan = context_.plan(own, request);
  if (!plan) return context_.plan_failure(own, request, plan.error());
  auto attempts = attempts_of(own, *plan);
  if (!attempts) return context_.failure(own, attempts.error(), "Unable to read the reservations of the Plan");
  return json_response(200, json::object{{"attempts", std::move(*attempts)}});
}

// Attempts are numbered from 1, and their rows named `{plan}/{number}`. The plan's own counters say how many there are
// only until they are put back, so rows are asked for until none is found.
sdk::Result<json::array> PlanPartsApi::attempts_of(sdk::Call const& call, store::Plan const& plan) const {
  json::array attempts;
  for (std::size_t first = 1;; first += attempts_at_once) {
    std::vector<std::string> ids;
    for (std::size_t number = first; number < first + attempts_at_once; ++number)
      ids.push_back(plan.id + "/" + std::to_string(number));
    auto const read = context_.plans.store().get_many(call, sdk::tables::attempts.name, ids);
    if (!read) return store::error_of(read.outcome, read.text, "read attempts of plan " + plan.id);
    if (read.value.empty()) return attempts;
    for (auto const& row : read.value) {
      auto document = attempt(call, row);
      if (!document) return document.error();
      attempts.push_back(std::move(*document));
    }
  }
}

sdk::Result<json::object> PlanPartsApi::attempt(sdk::Call const& call, sdk::Row const& row) const {
  json::object document{{"attempt", row.integer("attempt")},
                        {"state", row.text("state")},
                        {"fencing", row.integer("fencing")},
                        {"created", row.created_ms},
                        {"updated", row.updated_ms}};
  if (auto const& cause = row.text("cause"); !cause.empty()) document["cause"] = cause;
  json::value items = json::array();
  if (auto const& generation = row.text("items"); !generation.empty()) {
    auto const bytes =
        context_.plans.store().get_blob(call, {std::string(sdk::tables::attempts.name), row.id, "items"}, generation);
    if (!bytes) return store::error_of(bytes.outcome, bytes.text, "read items of attempt " + row.id);
    auto content = store::decode_document(bytes.value, "items of attempt " + row.id);
    if (!content) return content.error();
    items = std::move(*content);
    leave_out_digests(items);
  }
  document["items"] = std::move(items);
  return document;
}

}  // namespace conductor::services::api
