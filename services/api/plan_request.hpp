// What POST /v1/plans may say (API specification 5): from the body to the plan that is stored, or the sentence of a
// 400. Pure functions.
#pragma once
#include "core/store/plans.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace conductor::services::api {

struct RequestLimits {
  std::int64_t default_recommendations = 1;  // [controller] limit
  bool strict_names = false;                 // [api] strict_plan_names
};

// Beside the body: what the request's head says.
struct RequestHead {
  std::string transaction_id;                    // of the header, which wins over the body's
  std::optional<std::string> idempotency_key{};  // of the header, when there is one
  std::string submitter{};                       // authenticated user, empty when there is none
};

// Reads and checks a body. `invalid`: the explanation of a 400. The result's id is the client's, or made from the
// idempotency key, or fresh.
sdk::Result<store::NewPlan> read_plan_request(std::string_view body, RequestHead const& head,
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
