// What all parts of the API share: their surroundings, and how an answer is written. Each part is a class with
// handlers and the routes to them; api.hpp puts the parts together.
#pragma once
#include "core/http/router.hpp"
#include "core/rpc/rpc.hpp"
#include "core/store/plans.hpp"
#include "services/api/plan_document.hpp"
#include "services/api/plan_request.hpp"

#include <boost/json.hpp>

#include <string>

namespace conductor::services::api {

struct CallbackConfig {
  std::string url;          // [api] callback_url: told about every plan without a callback of its own; empty: off
  bool all_events = false;  // [api] callback_events
};

struct ApiConfig {
  RequestLimits limits;
  WireCompat wire_compat = WireCompat::onap;
  std::string server_url;          // base of links; empty: as the client addressed us
  std::size_t page = 100;          // [api] default_api_return_limit
  std::size_t triage_limit = 200;  // [solver] triage_limit
  std::string product_version;
  CallbackConfig callbacks{};
};

// Thread-safe. Everything referred to outlives it.
struct ApiContext {
  store::Plans& plans;
  rpc::Bus& rpc;
  sdk::Clock& clock;
  sdk::Log& log;
  ApiConfig config;
  RemoteClients remote_clients{};  // empty: nothing is fetched

  // Scheme, host, port and mount prefix as the client sees them, without a trailing slash.
  std::string base(http::Request const& request) const;
  // The document of a plan with what it refers to, or the error that stood in the way; not_found: deleted meanwhile.
  sdk::Result<boost::json::object> document(sdk::Call const& call, http::Request const& request,
                                            store::Plan const& plan) const;
  // The plan that the path's {id} names; its id goes into `call`. not_found without asking the store when it is no id.
  sdk::Result<store::Plan> plan(sdk::Call& call, http::Request const& request) const;
  // The response for an error of plan() or document(): 404, or as failure() has it.
  http::Response plan_failure(sdk::Call const& call, http::Request const& request, sdk::Error const& error) const;
  // 503 with Retry-After for what passes by itself, else 500; the log has the details. `doing`: "Unable to read Plan".
  http::Response failure(sdk::Call const& call, sdk::Error const& error, std::string const& doing) const;
};

// The call of a request whose work goes on in `later` (Response::later): its ids, with deadline and cancellation of
// that.
sdk::Call continued(sdk::Call ids, sdk::Call const& later);
http::Response json_response(int status, boost::json::value const& body, sdk::HttpHeaders headers = {});
// The 404 of a plan, with the id as the client wrote it.
http::Response no_such_plan(std::string const& id);
enum class Answer { json, events };
// What is the same for all routes, before the handler runs: Accept (406), Content-Type of a body (415), transaction id
// (400, else into the call).
http::Handler checked(http::Handler handler, Answer answer = Answer::json);

}  // namespace conductor::services::api
