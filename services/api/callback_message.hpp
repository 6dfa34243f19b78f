// What a callback says and how it is signed (API specification 19.5). Pure functions.
#pragma once
#include "services/api/callback_orders.hpp"

namespace conductor::services::api {

// One entry of a plan's history.
struct PlanTransition {
  std::int64_t seq = 0, at_ms = 0;
  std::string status;
};
std::vector<PlanTransition> transitions_of(store::Plan const& plan);

// The next one to be told; nothing when the plan has not come that far.
std::optional<PlanTransition> next_transition(store::Plan const& plan, CallbackProgress const& progress);

// The body: {"delivery", "event": "plan", "plan", "seq", "at"}. `plan` is the plan document as it stands when the
// transition is the plan's last, else without what came later. The delivery's UUID depends on order and transition
// alone.
boost::json::object callback_body(std::string const& order, PlanTransition const& transition,
                                  boost::json::object plan_document);

// Conductor-Delivery, Conductor-Timestamp and Conductor-Signature, which is made anew for each try.
sdk::HttpHeaders callback_headers(std::string const& delivery, std::int64_t now_ms, std::string_view body,
                                  std::string_view secret);

// HMAC-SHA256 in hex.
std::string hmac_sha256(std::string_view key, std::string_view text);

// The pause before the next try: 1 s after the first, doubling to 10 min, shortened by up to a half; `chance` is from
// 0 to 1.
std::chrono::milliseconds callback_pause(std::int64_t tries, double chance);

}  // namespace conductor::services::api
