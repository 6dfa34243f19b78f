// The routes of event streams (API specification 19.4).
#pragma once
#include "services/api/context.hpp"
#include "services/api/event_stream.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class EventsApi {
 public:
  // Both outlive it.
  EventsApi(ApiContext const& context, PlanNews& news)
      : context_(context), sources_{context.plans, news, context.clock, context.log} {}
  EventsApi(EventsApi const&) = delete;
  EventsApi& operator=(EventsApi const&) = delete;
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response of_plan(sdk::Call const& call, http::Request const& request) const;
  http::Response of_all(sdk::Call const& call, http::Request const& request) const;

  ApiContext const& context_;
  StreamSources const sources_;
};

}  // namespace conductor::services::api
