// Reading and deleting plans, and the health check (API specification 3, 6, 7). They go to the store themselves; only
// the health check asks another role.
#pragma once
#include "services/api/context.hpp"
#include "services/api/fresh_replies.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class PlansApi {
 public:
  explicit PlansApi(ApiContext const& context) : context_(context) {}  // outlives it
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  using Call = sdk::Call;
  using Request = http::Request;
  using Caller = http::Caller;
  using Response = http::Response;

  Response version(Call const&, Request const&, Caller const&) const;
  Response list(Call const&, Request const&, Caller const&) const;
  Response get(Call const&, Request const&, Caller const&) const;
  Response remove(Call const&, Request const&, Caller const&) const;
  Response health(Call const&, Request const&, Caller const&) const;

  // Up to `limit` plans, oldest first, from the one after `marker` on (empty: from the beginning). `invalid`: no plan
  // has that id.
  sdk::Result<std::vector<store::Plan>> plans_after(Call const& call, std::string const& marker,
                                                    std::size_t limit) const;
  http::Handler handler(Response (PlansApi::*handler)(Call const&, Request const&, Caller const&) const);

  ApiContext const& context_;
  FreshReplies fresh_{[this] { return context_.plans.stamp(); }};
};

}  // namespace conductor::services::api
