// What POST /v1/plans may say (API specification 5 and 19.1): from the body to what is to be stored or tried, or the
// sentence of a 400. Pure functions.
#pragma once
#include "core/store/plans.hpp"
#include "services/api/remote_text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::api {

struct RequestLimits {
  std::int64_t default_recommendations = 1;  // [controller] limit
  bool strict_names = false;                 // [api] strict_plan_names
  double longest_search_s = 480;             // [solver] solver_timeout
  RemoteRules remote{};
  bool callbacks = false;  // [api] callback_secret is set
};

// Beside the body: what the request's head says.
struct RequestHead {
  std::string transaction_id;                    // of the header, which wins over the body's
  std::optional<std::string> idempotency_key{};  // of the header, when there is one
  std::string submitter{};                       // authenticated user, empty when there is none
  bool dry_run = false;                          // of the query
  bool template_unread = false;                  // a template text is taken as it is: somebody else reads it
};

struct PlanRequest {
  store::NewPlan plan;         // its id is the client's, or made from the idempotency key, or fresh
  std::string template_url;    // to be fetched into the plan's template document; empty: the template is there
  std::string callback_url;    // the request's own; empty: none
  boost::json::value overlay;  // of a dry run; null: none
};

// Reads and checks a body. `invalid`: the explanation of a 400, the first problem in the original's order.
sdk::Result<PlanRequest> read_plan_request(std::string_view body, RequestHead const& head, RequestLimits const& limits);

// The same for a body that was read, with every problem; the request holds what could be read.
struct CheckedRequest {
  PlanRequest request;
  std::vector<std::string> problems;
};
CheckedRequest check_plan_request(boost::json::object const& body, RequestHead const& head,
                                  RequestLimits const& limits);

// A transaction id, from either header spelling or the body: 1..255 printable characters.
sdk::Result<void> check_transaction_id(std::string_view id);

// Canonical 36-character form, any case.
bool is_uuid(std::string_view text);
std::string lower(std::string_view text);

// Name in `extras` under which the digest of a request with an idempotency key is kept. Two bodies are the same when
// they say the same: layout and order of keys do not count, as a client that repeats a request may write it anew.
inline constexpr char digest_key[] = "idempotency_digest";

}  // namespace conductor::services::api
