// The API as a whole: its parts and the one table of routes.
#pragma once
#include "services/api/events_api.hpp"
#include "services/api/health_api.hpp"
#include "services/api/plan_parts_api.hpp"
#include "services/api/orders_api.hpp"
#include "services/api/plans_api.hpp"
#include "services/api/submission.hpp"
#include "services/api/templates_api.hpp"
#include "services/api/triage_api.hpp"

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
  PlanNews news_{context_.plans.notifier()};
  Background background_{context_.clock, context_.log};
  PlansApi plans_{context_, news_};
  HealthApi health_{context_};
  EventsApi events_{context_, news_};
  PlanPartsApi parts_{context_, background_};
  TriageApi triage_{context_, background_};
  Background trials_{context_.clock, context_.log};  // they may take minutes, so they have threads of their own
  Submission submission_{context_, trials_};
  TemplatesApi templates_{context_, background_};
  OrdersApi orders_{context_, background_};
};

}  // namespace conductor::services::api
