// What a callback says and how it is signed (API specification 19.5). Pure functions.
#pragma once
#include "core/store/rows.hpp"
#include "services/api/callback_orders.hpp"

namespace conductor::services::api {

// The next one to be told; nothing when the plan has not come that far.
std::optional<store::PastTransition> next_transition(store::Plan const& plan, CallbackProgress const& progress);

// The body: {"delivery", "event": "plan", "plan", "seq", "at"}. `plan` is the plan document as it stands when the
// transition is the plan's last, else without what came later. The delivery's UUID depends on order and transition
// alone.
boost::json::object callback_body(std::string const& order, store::PastTransition const& transition,
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
