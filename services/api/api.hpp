// The API as a whole: its parts and the one table of routes.
#pragma once
#include "services/api/orders_api.hpp"
#include "services/api/plans_api.hpp"
#include "services/api/submission.hpp"
#include "services/api/templates_api.hpp"

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
  Background background_{context_.clock, context_.log};
  Background trials_{context_.clock, context_.log};  // they may take minutes, so they have threads of their own
  Submission submission_{context_, trials_};
  TemplatesApi templates_{context_, background_};
  OrdersApi orders_{context_, background_};
};

}  // namespace conductor::services::api
