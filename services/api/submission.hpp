// POST /v1/plans: from a request to a stored plan, answered before any work on it begins (API specification 5).
#pragma once
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class Submission {
 public:
  explicit Submission(ApiContext const& context) : context_(context) {}  // outlives it
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response create(sdk::Call const& call, http::Request const& request, http::Caller const& caller) const;
  http::Response stored(sdk::Call const& call, http::Request const& request, store::NewPlan const& wanted) const;

  ApiContext const& context_;
};

}  // namespace conductor::services::api
