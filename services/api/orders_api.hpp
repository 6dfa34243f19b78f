// POST /v1/release-orders, /v1/load_latency_rules and /v1/load_latency_country_rules (API specification 11 and 12):
// what orchestrator and operator send is passed on to the controller, which does the work.
#pragma once
#include "services/api/background.hpp"
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class OrdersApi {
 public:
  // Both outlive it.
  OrdersApi(ApiContext const& context, Background& background) : context_(context), background_(background) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  struct Errand {
    char const* method;  // of topic `controller`
    char const* doing;   // "Unable to release orders"
    bool wrapped;        // the body is the argument `rules`
  };
  http::Handler handler(Errand errand);
  http::Response run(sdk::Call const& call, boost::json::value body, Errand const& errand) const;

  ApiContext const& context_;
  Background& background_;
};

}  // namespace conductor::services::api
