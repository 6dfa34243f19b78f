// The handlers of the API: functions from request to response. They read and write plans in the store themselves; only
// the health check asks another role.
#pragma once
#include "core/http/router.hpp"
#include "core/rpc/rpc.hpp"
#include "core/store/plans.hpp"
#include "services/api/plan_document.hpp"
#include "services/api/plan_request.hpp"

#include <functional>
#include <string>
#include <vector>

namespace conductor::services::api {

struct ApiConfig {
  RequestLimits limits;
  WireCompat wire_compat = WireCompat::onap;
  std::string server_url;  // base of links; empty: as the client addressed us
  std::size_t page = 100;  // [api] default_api_return_limit
  std::string product_version;
};

// Thread-safe.
class PlansApi {
 public:
  // All outlive it.
  PlansApi(store::Plans& plans, rpc::Bus& rpc, sdk::Clock& clock, sdk::Log& log, ApiConfig config)
      : plans_(plans), rpc_(rpc), clock_(clock), log_(log), config_(std::move(config)) {}

  // The route table; the handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  using Call = sdk::Call;
  using Request = http::Request;
  using Caller = http::Caller;
  using Response = http::Response;

  Response version(Call const&, Request const&, Caller const&);
  Response create(Call const&, Request const&, Caller const&);
  Response list(Call const&, Request const&, Caller const&);
  Response get(Call const&, Request const&, Caller const&);
  Response remove(Call const&, Request const&, Caller const&);
  Response health(Call const&, Request const&, Caller const&);

  // Up to `limit` plans, oldest first, from the one after `marker` on (empty: from the beginning). `invalid`: no plan
  // has that id.
  sdk::Result<std::vector<store::Plan>> plans_after(Call const& call, std::string const& marker, std::size_t limit);
  Response created(Call const& call, Request const& request, store::NewPlan const& wanted);
  // The document of a plan with what it refers to, or the error that stood in the way.
  sdk::Result<boost::json::object> document(Call const& call, Request const& request, store::Plan const& plan);
  // Accept and Content-Type (406, 415), the same for all routes.
  http::Handler checked(Response (PlansApi::*handler)(Call const&, Request const&, Caller const&));
  std::string base(Request const& request) const;
  Response failure(Call const& call, sdk::Error const& error, std::string const& doing);

  store::Plans& plans_;
  rpc::Bus& rpc_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  ApiConfig config_;
};

}  // namespace conductor::services::api
