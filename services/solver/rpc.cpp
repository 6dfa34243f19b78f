#include "services/solver/rpc.hpp"

#include "core/model/plan_topics.hpp"
#include "core/model/status.hpp"
#include "core/workflow/finish_document.hpp"
#include "services/solver/overlay.hpp"

namespace conductor::services::solver {
namespace {

sdk::Result<json::value> dry_run(sdk::Call const& call, json::value const& args, SolveHandler& handler) {
  auto const* object = args.if_object();
  auto const* translation = object == nullptr ? nullptr : member(*object, "translation");
  if (translation == nullptr || !translation->is_object())
    return sdk::Error{sdk::Errc::invalid, "dry_run without the object 'translation'; are all services of one release?"};
  auto const text = [&](char const* name) {
    auto const* value = member(*object, name);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->as_string());
  };
  store::Plan plan;
  plan.id = text("plan_id");
  plan.recommend_max = text("recommend_max");
  plan.solver_counter = 1;
  if (auto const* timeout = member(*object, "timeout"); timeout != nullptr && timeout->is_int64())
    plan.timeout_s = timeout->as_int64();
  auto const* extras = member(*object, "extras");
  auto const* changes = member(*object, "overlay");
  sdk::Call own = call;
  own.plan_id = plan.id;
  auto translated = *translation;
  if (changes != nullptr && changes->is_object()) {
    try {
      translated = overlay(std::move(translated), changes->as_object());
    } catch (InvalidPlan const& error) {
      return json::value(workflow::to_json({.status = std::string(model::status::error), .message = error.what()}));
    }
  }
  auto end = handler.decide(own, plan, std::make_shared<json::value const>(std::move(translated)),
                            extras == nullptr ? json::value() : *extras);
  if (!end) return end.error();
  return json::value(workflow::to_json(std::move(*end)));
}

sdk::Result<json::value> why_not(sdk::Call const& call, json::value const& args, SolveHandler& handler) {
  auto const* object = args.if_object();
  auto const text = [&](char const* name) {
    auto const* value = object == nullptr ? nullptr : member(*object, name);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->as_string());
  };
  for (auto const* name : {"plan_id", "demand", "candidate"})
    if (text(name).empty())
      return sdk::Error{sdk::Errc::invalid, "why_not without the text '" + std::string(name) + "'"};
  sdk::Call own = call;
  own.plan_id = text("plan_id");
  auto answer = handler.why_not(own, own.plan_id, text("demand"), text("candidate"));
  if (!answer) return answer.error();
  return json::value(std::move(*answer));
}

}  // namespace

void serve(rpc::Bus& bus, SolveHandler& handler) {
  namespace topics = model::plan_topics;
  bus.serve(topics::solver, topics::ping, [](sdk::Call const&, json::value const&) -> sdk::Result<json::value> {
    return json::value(json::object{{"ok", true}});
  });
  bus.serve(topics::solver, topics::dry_run,
            [&handler](sdk::Call const& call, json::value const& args) { return dry_run(call, args, handler); });
  bus.serve(topics::solver, topics::why_not,
            [&handler](sdk::Call const& call, json::value const& args) { return why_not(call, args, handler); });
}

}  // namespace conductor::services::solver
