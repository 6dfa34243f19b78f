// The API as a whole: its parts and the one table of routes.
#pragma once
#include "services/api/plans_api.hpp"
#include "services/api/submission.hpp"

namespace conductor::services::api {

// Thread-safe.
class Api {
 public:
  explicit Api(ApiContext context) : context_(std::move(context)) {}
  Api(Api const&) = delete;
  Api& operator=(Api const&) = delete;

  // All routes; the handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  ApiContext context_;
  PlansApi plans_{context_};
  Submission submission_{context_};
};

}  // namespace conductor::services::api
