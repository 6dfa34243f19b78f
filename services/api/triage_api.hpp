// GET /v1/triage_tool (API specification 13): why candidates were dropped, composed from what translation and solver
// stored of each plan.
#pragma once
#include "services/api/background.hpp"
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class TriageApi {
 public:
  // Both outlive it.
  TriageApi(ApiContext const& context, Background& background) : context_(context), background_(background) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response one(sdk::Call const& call, http::Request const& request) const;
  http::Response all(sdk::Call const& call, http::Request const& request) const;
  sdk::Result<boost::json::object> triage_of(sdk::Call const& call, store::Plan const& plan) const;

  ApiContext const& context_;
  Background& background_;
};

}  // namespace conductor::services::api
