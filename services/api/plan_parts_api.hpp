// What is known about a plan beside its document: explanation, why-not, reservations (API specification 19.2).
#pragma once
#include "services/api/background.hpp"
#include "services/api/context.hpp"

#include <vector>

namespace conductor::services::api {

// Thread-safe.
class PlanPartsApi {
 public:
  // Both outlive it.
  PlanPartsApi(ApiContext const& context, Background& background) : context_(context), background_(background) {}
  // The handlers refer to this object.
  std::vector<http::Route> routes();

 private:
  http::Response explanation(sdk::Call const& call, http::Request const& request) const;
  http::Response why_not(sdk::Call const& call, http::Request const& request) const;
  http::Response ask_solver(sdk::Call const& call, http::Request const& request, boost::json::object args) const;
  http::Response reservations(sdk::Call const& call, http::Request const& request) const;
  sdk::Result<boost::json::array> attempts_of(sdk::Call const& call, store::Plan const& plan) const;
  sdk::Result<boost::json::object> attempt(sdk::Call const& call, sdk::Row const& row) const;

  ApiContext const& context_;
  Background& background_;
};

}  // namespace conductor::services::api
