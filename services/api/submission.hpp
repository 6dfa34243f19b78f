// POST /v1/plans: from a request to a stored plan, answered before any work on it begins (API specification 5); or to a
// trial of it, of which nothing stays (19.1).
#pragma once
#include "services/api/background.hpp"
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class Submission {
 public:
  // Both outlive it; what must wait for others runs in `background`.
  Submission(ApiContext const& context, Background& background) : context_(context), background_(background) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response create(sdk::Call const& call, http::Request const& request, http::Caller const& caller) const;
  // Fetches what the request names elsewhere, then tries or stores it.
  http::Response complete(sdk::Call const& call, std::string const& base, PlanRequest wanted, bool dry) const;
  http::Response stored(sdk::Call const& call, std::string const& base, PlanRequest const& wanted) const;
  // 409, unless the stored plan was made by the same request.
  std::optional<http::Response> clash(sdk::Call const& call, PlanRequest const& wanted, store::Plan const& plan) const;

  ApiContext const& context_;
  Background& background_;
};

}  // namespace conductor::services::api
