#include "services/controller/handler.hpp"

#include "core/model/data_topic.hpp"
#include "core/model/plan_topics.hpp"
#include "core/model/status.hpp"
#include "core/text/reader.hpp"
#include "core/workflow/finish_document.hpp"

namespace conductor::services::controller {

namespace topic = model::data_topic;

sdk::Result<json::object> DataLookups::ask(char const* method, json::object args, char const* part) {
  auto answer = bus_.call(call_, topic::topic, method, std::move(args));
  if (!answer) return answer.error();
  auto* object = answer->if_object();
  auto* found = object == nullptr ? nullptr : object->if_contains(part);
  if (found == nullptr || !found->is_object())
    return sdk::Error{sdk::Errc::internal, "The data service answered " + std::string(method) + " without '" + part +
                                               "'; are all services of one release?"};
  return std::move(found->as_object());
}

sdk::Result<json::object> DataLookups::locations(json::object const& wanted) {
  return ask(topic::resolve_locations, {{"locations", wanted}}, "locations");
}

sdk::Result<json::object> DataLookups::demands(json::object const& wanted, std::string const& request_type) {
  return ask(topic::resolve_demands, {{"demands", wanted}, {"request_type", request_type}}, "demands");
}

namespace {

json::object object_in(json::value const& document, std::string_view key) {
  auto const* object = document.if_object();
  auto const* found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr || !found->is_object() ? json::object() : found->as_object();
}

workflow::Finish as_finish(Translation translation) {
  workflow::Finish finish;
  if (translation.errors.empty()) {
    finish.status = model::status::translated;
    finish.documents.emplace("translation", std::move(translation.document));
  } else {
    finish.status = model::status::error;
    finish.message = std::move(translation.message);
    finish.documents["errors"] = text::to_json(translation.errors);
  }
  return finish;
}

}  // namespace

ReadTemplate read_template(json::value const& document, ControllerConfig const& config) {
  ReadTemplate read;
  read.input.known = config.known;
  read.input.max_candidates = config.max_candidates;
  read.input.files = object_in(document, "files");
  auto const* object = document.if_object();
  auto const* given = object == nullptr ? nullptr : object->if_contains("template");
  if (given == nullptr) return read;
  if (!given->is_string()) {
    read.input.document = text::from_json(*given);
    return read;
  }
  auto parsed = text::read_json_or_yaml(given->as_string());
  if (!parsed.ok()) {
    auto problems = parsed.problems();
    auto message = problems.front().message;
    read.unreadable =
        Translation{.document = nullptr, .message = message, .errors = std::move(problems), .warnings = {}};
  }
  read.input.document = std::move(parsed.root);
  return read;
}

sdk::Result<workflow::Finish> translate_document(sdk::Call const& call, json::value const& document,
                                                 json::object solver, rpc::Bus& bus, sdk::Log& log,
                                                 ControllerConfig const& config) {
  auto read = read_template(document, config);
  if (read.unreadable) return as_finish(std::move(*read.unreadable));
  read.input.plan_id = call.plan_id;
  read.input.solver = std::move(solver);
  DataLookups lookups(bus, call);
  auto translation = translate(read.input, &lookups);
  if (!translation) return translation.error();
  for (auto const& warning : translation->warnings) log.warning(call, "template: " + warning.message);
  // That it is translated says the worker, once it is stored.
  if (!translation->errors.empty())
    log.info(call, "template refused with " + std::to_string(translation->errors.size()) +
                       " problems, the first: " + translation->message);
  return as_finish(std::move(*translation));
}

sdk::Result<workflow::Finish> TranslationHandler::handle(sdk::Call const& call, store::Plan const& plan) {
  auto const document = plans_.shared_document(call, plan, "template");
  if (!document) return document.error();
  auto const extras = plans_.shared_document(call, plan, "extras");
  if (!extras) return extras.error();
  sdk::Call own = call;
  own.plan_id = plan.id;
  return translate_document(own, **document, object_in(**extras, "solver"), bus_, log_, config_);
}

namespace {

sdk::Result<json::value> validate(sdk::Call const& call, json::value const& args, rpc::Bus& bus,
                                  ControllerConfig const& config) {
  auto read = read_template(args, config);
  read.input.solver = object_in(args, "solver");
  auto const* resolve = args.is_object() ? args.as_object().if_contains("resolve") : nullptr;
  bool const look_up = resolve != nullptr && resolve->is_bool() && resolve->as_bool();
  DataLookups lookups(bus, call);
  auto translation = read.unreadable ? sdk::Result<Translation>(std::move(*read.unreadable))
                                     : translate(read.input, look_up ? &lookups : nullptr);
  if (!translation) return translation.error();
  json::object answer{{"valid", translation->errors.empty()}};
  answer["errors"] = text::to_json(translation->errors);
  answer["warnings"] = text::to_json(translation->warnings);
  return json::value(std::move(answer));
}

}  // namespace

void serve(rpc::Bus& bus, sdk::Log& log, ControllerConfig const& config) {
  namespace topics = model::plan_topics;
  bus.serve(topics::controller, topics::ping, [](sdk::Call const&, json::value const&) -> sdk::Result<json::value> {
    return json::value(json::object{{"ok", true}});
  });
  bus.serve(topics::controller, topics::validate, [&bus, config](sdk::Call const& call, json::value const& args) {
    return validate(call, args, bus, config);
  });
  bus.serve(topics::controller, topics::translate,
            [&bus, &log, config](sdk::Call const& call, json::value const& args) -> sdk::Result<json::value> {
              auto const* id = args.is_object() ? args.as_object().if_contains("plan_id") : nullptr;
              sdk::Call own = call;
              if (id != nullptr && id->is_string()) own.plan_id = std::string(id->as_string());
              auto end = translate_document(own, args, object_in(args, "solver"), bus, log, config);
              if (!end) return end.error();
              return json::value(workflow::to_json(std::move(*end)));
            });
}

}  // namespace conductor::services::controller
