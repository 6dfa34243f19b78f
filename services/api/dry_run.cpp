#include "services/api/dry_run.hpp"

#include "core/http/errors.hpp"
#include "core/model/plan_topics.hpp"
#include "core/model/status.hpp"

namespace conductor::services::api {

namespace json = boost::json;
namespace topics = model::plan_topics;
using sdk::Errc;

namespace {

json::value document_of(json::value const& end, std::string_view column) {
  auto const* object = end.if_object();
  auto const* documents = object == nullptr ? nullptr : object->if_contains("documents");
  auto const* found =
      documents == nullptr || !documents->is_object() ? nullptr : documents->as_object().if_contains(column);
  return found == nullptr ? json::value() : *found;
}

std::string text_of(json::value const& end, std::string_view key) {
  auto const* object = end.if_object();
  auto const* text = object == nullptr ? nullptr : object->if_contains(key);
  return text == nullptr || !text->is_string() ? std::string() : std::string(text->as_string());
}

json::object solver_of(PlanRequest const& wanted) {
  auto const* extras = wanted.plan.extras.if_object();
  auto const* solver = extras == nullptr ? nullptr : extras->if_contains("solver");
  return solver == nullptr ? json::object() : json::object{{"solver", *solver}};
}

sdk::Result<json::value> translate(ApiContext const& context, sdk::Call const& call, PlanRequest const& wanted) {
  json::object args = wanted.plan.template_document.as_object();
  for (auto& [key, value] : solver_of(wanted)) args[key] = value;
  args["plan_id"] = wanted.plan.id;
  return ask_role(context, call, topics::controller, topics::translate, std::move(args));
}

sdk::Result<json::value> solve(ApiContext const& context, sdk::Call const& call, PlanRequest const& wanted,
                               json::value translation) {
  json::object args{{"plan_id", wanted.plan.id},
                    {"recommend_max", wanted.plan.recommend_max},
                    {"timeout", wanted.plan.timeout_s},
                    {"extras", solver_of(wanted)}};
  args["translation"] = std::move(translation);
  if (!wanted.overlay.is_null()) args["overlay"] = wanted.overlay;
  return ask_role(context, call, topics::solver, topics::dry_run, std::move(args));
}

// The plan as it would stand after `end`; it has no id and no place of its own.
json::object document(ApiContext const& context, PlanRequest const& wanted, json::value const& end) {
  store::Plan plan;
  plan.name = wanted.plan.name;
  plan.status = text_of(end, "status");
  plan.message = text_of(end, "message");
  plan.transaction_id = wanted.plan.transaction_id;
  plan.submitter = wanted.plan.submitter;
  plan.created_ms = plan.updated_ms = context.clock.wall_ms();
  auto document = plan_document(plan, document_of(end, "solution"), document_of(end, "errors"), "",
                                context.config.wire_compat, wanted.plan.extras);
  for (auto const* of_stored_plans : {"id", "links"}) document.erase(of_stored_plans);
  auto explanation = document_of(end, "explanation");
  if (auto* content = explanation.if_object()) {
    content->erase("plan_id");
    document["explanation"] = std::move(explanation);
  }
  return document;
}

}  // namespace

sdk::Result<json::value> ask_role(ApiContext const& context, sdk::Call const& call, char const* topic,
                                  char const* method, json::value args) {
  auto const there =
      context.rpc.call(call.within(context.clock, role_answers_within), topic, topics::ping, json::object());
  if (!there) return sdk::Error{Errc::unavailable, std::string(topic) + " does not answer: " + there.error().text};
  return context.rpc.call(call, topic, method, std::move(args));
}

http::Response role_failure(ApiContext const& context, sdk::Call const& call, sdk::Error const& error,
                            std::string const& doing) {
  if (error.code == Errc::invalid) return http::make_error(400, error.text);
  context.log.error(call, doing + ": " + error.text);
  bool const passing = error.code == Errc::unavailable || error.code == Errc::timed_out ||
                       error.code == Errc::cancelled || error.code == Errc::conflict;
  if (passing) return http::make_error(503, doing + ": " + error.text, {{"Retry-After", "5"}});
  return http::make_error(500, doing + ". The log has details under request " + call.request_id + ".");
}

http::Response dry_run(ApiContext const& context, sdk::Call const& call, PlanRequest const& wanted) {
  constexpr char doing[] = "Unable to try the plan";
  auto longest = sdk::Duration(longest_dry_run);
  if (wanted.plan.timeout_s > 0)
    longest = std::min<sdk::Duration>(longest, std::chrono::seconds(wanted.plan.timeout_s));
  auto own = call.within(context.clock, longest);
  own.plan_id = wanted.plan.id;
  own.transaction_id = wanted.plan.transaction_id;
  auto end = translate(context, own, wanted);
  if (!end) return role_failure(context, own, end.error(), doing);
  if (text_of(*end, "status") == model::status::translated) {
    end = solve(context, own, wanted, document_of(*end, "translation"));
    if (!end) return role_failure(context, own, end.error(), doing);
  }
  context.log.info(own, "plan '" + wanted.plan.name + "' tried: " + text_of(*end, "status"));
  return json_response(200, document(context, wanted, *end));
}

}  // namespace conductor::services::api
