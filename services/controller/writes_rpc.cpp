#include "services/controller/writes_rpc.hpp"

#include "core/model/plan_topics.hpp"

namespace conductor::services::controller {
namespace {

namespace json = boost::json;
namespace topics = model::plan_topics;

json::value rules_in(json::value const& args) {
  auto const* object = args.if_object();
  auto const* rules = object == nullptr ? nullptr : object->if_contains("rules");
  return rules == nullptr ? json::value() : *rules;
}

}  // namespace

void serve_writes(rpc::Bus& bus, store::Plans& plans, sdk::Clock& clock, sdk::Log& log) {
  auto const orders = std::make_shared<OrderRelease>(plans, clock, log);
  bus.serve(topics::controller, topics::release_orders,
            [orders](sdk::Call const& call, json::value const& args) -> sdk::Result<json::value> {
              auto answer = orders->release(call, args);
              if (!answer) return answer.error();
              return json::value(std::move(*answer));
            });
  auto const loader = std::make_shared<LatencyLoader>(plans.store(), clock, log);
  auto const serve_load = [&](char const* method,
                              sdk::Result<void> (LatencyLoader::*load)(sdk::Call const&, json::value const&)) {
    bus.serve(topics::controller, method,
              [loader, load](sdk::Call const& call, json::value const& args) -> sdk::Result<json::value> {
                auto const loaded = ((*loader).*load)(call, rules_in(args));
                if (!loaded) return loaded.error();
                return json::value("OK");
              });
  };
  serve_load(topics::load_latency_rules, &LatencyLoader::load_placeholders);
  serve_load(topics::load_latency_country_rules, &LatencyLoader::load_countries);
}

}  // namespace conductor::services::controller
