#include "services/api/templates_api.hpp"

#include "core/http/errors.hpp"
#include "core/model/plan_topics.hpp"
#include "core/text/reader.hpp"
#include "services/api/dry_run.hpp"
#include "services/api/remote_files.hpp"
#include "services/api/request_text.hpp"
#include "services/api/request_values.hpp"

namespace conductor::services::api {

namespace json = boost::json;
namespace topics = model::plan_topics;

namespace {

constexpr std::size_t most_problems = 100;
constexpr std::chrono::seconds longest_validation{60};
constexpr std::string_view in_template = "/template";

json::object problem(std::string_view path, std::string_view message) { return {{"path", path}, {"message", message}}; }

// Keys that stand twice: in the template with their place in it, elsewhere as a problem of the request.
json::array duplicate_problems(text::Document const& document) {
  json::array problems;
  for (auto const& duplicate : document.duplicates) {
    std::string_view path = duplicate.pointer;
    path = path.starts_with(in_template) ? path.substr(in_template.size()) : std::string_view();
    problems.push_back(problem(path, text::duplicate_key_text("API Request", duplicate)));
  }
  return problems;
}

json::array& list_in(json::object& answer, std::string_view key) {
  auto& value = answer[key];
  return value.is_array() ? value.as_array() : value.emplace_array();
}

}  // namespace

std::vector<http::Route> TemplatesApi::routes() {
  return {{"/v1/templates/validate", "POST", http::Role::submitter,
           checked([this](auto const& call, auto const& request, auto const& caller) {
             return validate(call, request, caller);
           }),
           "Check a template without submitting it"}};
}

http::Response TemplatesApi::validate(sdk::Call const& call, http::Request const& request,
                                      http::Caller const& caller) const {
  auto const document = text::read_json(request.body, {.max_bytes = request.body.size()});
  if (document.failure) return http::make_error(400, "The request body cannot be read: " + document.failure->message);
  auto const body = text::to_json(document.root);
  if (!body.is_object()) return http::make_error(400, "The request body must be a JSON object, got " + echo(body));
  auto problems = duplicate_problems(document);
  // As a trial, so that an overlay may stand in it. What is wrong with the text of a template is found with its place
  // by the controller.
  auto checked = check_plan_request(
      body.as_object(),
      {.transaction_id = call.transaction_id, .submitter = caller.user, .dry_run = true, .template_unread = true},
      context_.config.limits);
  for (auto const& text : checked.problems) problems.push_back(problem("", text));
  bool const resolve = request.parameter("resolve") == "true";
  return background_.response([this, ids = call, resolve, wanted = std::move(checked.request),
                               problems = std::move(problems)](sdk::Call const& later) {
    return answer(continued(ids, later), wanted, problems, resolve);
  });
}

http::Response TemplatesApi::answer(sdk::Call const& call, PlanRequest wanted, json::array problems,
                                    bool resolve) const {
  if (has_remote(wanted))
    if (auto fetched =
            fetch_remote(call, context_.clock, wanted, context_.config.limits.remote, context_.remote_clients);
        !fetched)
      problems.push_back(problem("", fetched.error().text));
  json::object answer;
  auto const* document = wanted.plan.template_document.if_object();
  if (document != nullptr && document->contains("template")) {
    json::object args = *document;
    if (auto const* extras = wanted.plan.extras.if_object())
      if (auto const* solver = extras->if_contains("solver")) args["solver"] = *solver;
    args["resolve"] = resolve;
    auto checked = ask_role(context_, call.within(context_.clock, longest_validation), topics::controller,
                            topics::validate, std::move(args));
    if (!checked) return role_failure(context_, call, checked.error(), "Unable to validate the template");
    if (checked->is_object()) answer = std::move(checked->as_object());
  }
  auto errors = std::move(problems);
  for (auto& error : list_in(answer, "errors"))
    if (errors.size() < most_problems) errors.push_back(std::move(error));
  list_in(answer, "warnings");
  answer["valid"] = errors.empty();
  answer["errors"] = std::move(errors);
  return json_response(200, answer);
}

}  // namespace conductor::services::api
