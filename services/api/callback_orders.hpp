// Orders for callbacks (API specification 19.5): one row of table `deliveries` per plan that is to be told about,
// placed before the plan is stored and gone when everything was told. The plan's extras name the row, so that nobody
// can attach an order to a plan of somebody else. Sending is delivery_engine.hpp's.
#pragma once
#include "services/api/context.hpp"

#include <optional>
#include <string>

namespace conductor::services::api {

namespace delivery_state {
inline constexpr std::string_view waiting = "waiting", sending = "sending";
}  // namespace delivery_state

// What column `event` says: which transitions are told, and up to which one they have been. "final/0", "all/3".
struct CallbackProgress {
  bool all_events = false;
  std::int64_t told = 0;  // `seq` of the last transition told
};
std::string to_text(CallbackProgress const& progress);
CallbackProgress progress_from(std::string_view text);

// In the extras of a plan: {"callback_url": URL, "callback": {"order": row id, "base": base of links}}.
inline constexpr char callback_key[] = "callback", callback_url_key[] = "callback_url";
// The id of the order that a plan's extras name; empty when there is none.
std::string order_in(boost::json::value const& extras);
// The base of links in callbacks; empty when there is none.
std::string base_in(boost::json::value const& extras);

// Thread-safe.
class CallbackOrders {
 public:
  explicit CallbackOrders(ApiContext const& context) : context_(context) {}  // outlives it

  // Places an order when the request or the configuration wants callbacks, and notes it in `extras`. The id of the
  // order, or nothing.
  sdk::Result<std::optional<std::string>> place(sdk::Call const& call, PlanRequest const& wanted,
                                                std::string const& base, boost::json::value& extras) const;
  // The plan was not stored. What cannot be removed is removed by the engine, since no plan names it.
  void withdraw(sdk::Call const& call, std::optional<std::string> const& order) const;

 private:
  ApiContext const& context_;
};

}  // namespace conductor::services::api
