// Reading and deleting plans (API specification 3, 6, 7, 19.1), straight from the store.
#pragma once
#include "services/api/context.hpp"
#include "services/api/fresh_replies.hpp"
#include "services/api/plan_texts.hpp"
#include "services/api/waiting.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class PlansApi {
 public:
  // Both outlive it.
  PlansApi(ApiContext const& context, PlanNews& news)
      : context_(context), texts_(context), waiting_(news, context.clock, context.log) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();
  // Requests that wait for a plan.
  std::size_t waiting() const { return waiting_.count(); }

 private:
  using Call = sdk::Call;
  using Request = http::Request;
  using Caller = http::Caller;
  using Response = http::Response;

  Response version(Call const&, Request const&, Caller const&);
  Response list(Call const&, Request const&, Caller const&);
  Response get(Call const&, Request const&, Caller const&);
  Response remove(Call const&, Request const&, Caller const&);

  Response wait(Call const& ids, Request const& request, std::chrono::milliseconds time);
  Response one(Call const& call, Request const& request, store::Plan const& plan);
  http::Handler handler(Response (PlansApi::*handler)(Call const&, Request const&, Caller const&));

  ApiContext const& context_;
  FreshReplies fresh_{[this] { return context_.plans.stamp(); }};
  PlanTexts texts_;
  Waiting waiting_;
};

}  // namespace conductor::services::api
