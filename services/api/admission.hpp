// Who may come in, decided before a body is read (API specification 4.1): basic authentication of the one configured
// user.
#pragma once
#include "core/http/auth.hpp"
#include "core/http/message.hpp"
#include "core/http/router.hpp"

#include "conductor/sdk/host.hpp"

namespace conductor::services::api {

struct AdmissionConfig {
  bool required = true;        // [conductor_api] basic_auth_secure
  http::Credentials expected;  // of the one user, who is admin; an empty name or password never matches
};

// Thread-safe. Routes that ask for no role let everybody in; so do paths and methods that do not exist, which the
// router refuses.
class Gate {
 public:
  // Both outlive it.
  Gate(AdmissionConfig config, http::Router const& router, sdk::Log& log)
      : config_(std::move(config)), router_(router), log_(log) {}
  http::Admission operator()(http::Request const& head) const;

 private:
  AdmissionConfig config_;
  http::Router const& router_;
  sdk::Log& log_;
};

}  // namespace conductor::services::api
