// The controller's part of the plan workflow, and its rpc methods: reading templates from requests and from the store,
// look-ups over rpc. The translation itself is translate.hpp's.
#pragma once
#include "core/rpc/rpc.hpp"
#include "core/workflow/handler.hpp"
#include "services/controller/translate.hpp"

#include "conductor/sdk/host.hpp"

namespace conductor::services::controller {

struct ControllerConfig {
  Known known;
  std::size_t max_candidates = 100'000;
};

// Lookups over topic `data`. Both outlive it.
class DataLookups final : public Lookups {
 public:
  DataLookups(rpc::Bus& bus, sdk::Call const& call) : bus_(bus), call_(call) {}
  sdk::Result<json::object> locations(json::object const& wanted) override;
  sdk::Result<json::object> demands(json::object const& wanted, std::string const& request_type) override;

 private:
  sdk::Result<json::object> ask(char const* method, json::object args, char const* part);
  rpc::Bus& bus_;
  sdk::Call const& call_;
};

// {"template": object or text, "files": {...}} as an Input without plan id; the template's text is read here, with
// positions. Text that cannot be read gives a translation with the reader's problems instead.
struct ReadTemplate {
  Input input;
  std::optional<Translation> unreadable;
};
ReadTemplate read_template(json::value const& document, ControllerConfig const& config);

// What becomes of a template, be its plan stored or only tried: translated with the document `translation`, or error
// with `message` and the document `errors`. `document` as for read_template; `solver`: the request's options. Errors
// are those worth trying again.
sdk::Result<workflow::Finish> translate_document(sdk::Call const& call, json::value const& document,
                                                 json::object solver, rpc::Bus& bus, sdk::Log& log,
                                                 ControllerConfig const& config);

// The stage of stored plans. Thread-safe.
class TranslationHandler final : public workflow::Handler {
 public:
  // All outlive it.
  TranslationHandler(store::Plans& plans, rpc::Bus& bus, sdk::Log& log, ControllerConfig config)
      : plans_(plans), bus_(bus), log_(log), config_(std::move(config)) {}
  sdk::Result<workflow::Finish> handle(sdk::Call const& call, store::Plan const& plan) override;

 private:
  store::Plans& plans_;
  rpc::Bus& bus_;
  sdk::Log& log_;
  ControllerConfig const config_;
};

// Methods ping, validate and translate of topic `controller` (core/model/plan_topics.hpp). Bus and log outlive the
// service.
void serve(rpc::Bus& bus, sdk::Log& log, ControllerConfig const& config);

}  // namespace conductor::services::controller
