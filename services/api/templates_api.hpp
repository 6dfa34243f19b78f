// POST /v1/templates/validate (API specification 19.3): what would be wrong with a request and its template, all of it,
// without submitting anything.
#pragma once
#include "services/api/background.hpp"
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class TemplatesApi {
 public:
  // Both outlive it.
  TemplatesApi(ApiContext const& context, Background& background) : context_(context), background_(background) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response validate(sdk::Call const& call, http::Request const& request, http::Caller const& caller) const;
  // `problems`: of the request around the template, which come first.
  http::Response answer(sdk::Call const& call, PlanRequest wanted, boost::json::array problems, bool resolve) const;

  ApiContext const& context_;
  Background& background_;
};

}  // namespace conductor::services::api
