#include "services/api/triage_api.hpp"

#include "core/http/errors.hpp"
#include "services/api/plan_list.hpp"
#include "services/api/triage_document.hpp"

namespace conductor::services::api {

namespace json = boost::json;
using sdk::Errc;

namespace {

constexpr std::size_t most_text = 32U << 20U;  // of one answer; one plan is always told whole

http::Response no_triage(std::string const& id) {
  return http::make_error(404, "Triage data for plan " + id + " not found");
}

}  // namespace

std::vector<http::Route> TriageApi::routes() {
  using http::Role;
  // A translation may be large: reading it is not for the threads of plain reads.
  auto const handler = [this](auto method) {
    return checked([this, method](sdk::Call const& ids, http::Request const& request, http::Caller const&) {
      return background_.response([this, method, ids, request](sdk::Call const& call) {
        return (this->*method)(continued(ids, call), request);
      });
    });
  };
  return {{"/v1/triage_tool", "GET", Role::reader, handler(&TriageApi::all), "Triage data of all plans, page by page"},
          {"/v1/triage_tool/{id}", "GET", Role::reader, handler(&TriageApi::one),
           "Which candidates of a plan were dropped, and where"}};
}

sdk::Result<json::object> TriageApi::triage_of(sdk::Call const& call, store::Plan const& plan) const {
  TriageInput input;
  for (auto const& [column, document] :
       {std::pair("translation", &input.translation), std::pair("explanation", &input.explanation),
        std::pair("solution", &input.solution)}) {
    auto read = context_.plans.document(call, plan, column);
    if (!read) return read.error();
    *document = std::move(*read);
  }
  return triage_document(plan, input, context_.config.triage_limit);
}

http::Response TriageApi::one(sdk::Call const& call, http::Request const& request) const {
  auto const& given = request.path_parameters.at("id");
  auto own = call;
  auto const plan = context_.plan(own, request);
  if (!plan && plan.error().code == Errc::not_found) return no_triage(given);
  if (!plan) return context_.failure(own, plan.error(), "Unable to read Plan");
  auto const triage = triage_of(own, *plan);
  if (!triage && triage.error().code == Errc::not_found) return no_triage(given);
  if (!triage) return context_.failure(own, triage.error(), "Unable to read Plan");
  return json_response(200, *triage);
}

http::Response TriageApi::all(sdk::Call const& call, http::Request const& request) const {
  auto const query = read_list_query(request, context_.config.page);
  if (!query) return http::make_error(400, query.error().text);
  auto const listed = list_plans(call, context_.plans, context_.clock, *query);
  if (!listed && listed.error().code == Errc::invalid) return http::make_error(400, listed.error().text);
  if (!listed) return context_.failure(call, listed.error(), "Unable to list Plans");
  http::Response response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = R"({"tData":[)"};
  bool any = false;
  for (auto const& plan : *listed) {
    if (call.expired(context_.clock)) return http::make_error(503, "The list takes too long; ask for fewer plans");
    auto const triage = triage_of(call, plan);
    // Deleted between the two reads.
    if (!triage && triage.error().code == Errc::not_found) continue;
    if (!triage) return context_.failure(call, triage.error(), "Unable to list Plans");
    auto const text = json::serialize(*triage);
    if (any && response.body.size() + text.size() > most_text) break;
    if (any) response.body += ',';
    response.body += text;
    any = true;
  }
  response.body += "]}";
  return response;
}

}  // namespace conductor::services::api
