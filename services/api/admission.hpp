// Who may come in, decided before a body is read (API specification 4.1, 4.2, 19.6, 19.8). What a role may do is the
// router's; which plans are whose is the handlers'.
#pragma once
#include "core/http/auth.hpp"
#include "core/http/message.hpp"
#include "core/http/router.hpp"
#include "services/api/aaf.hpp"
#include "services/api/limits.hpp"
#include "services/api/users.hpp"

namespace conductor::services::api {

struct AdmissionConfig {
  bool required = true;                   // [conductor_api] basic_auth_secure
  http::Credentials expected{};           // of the one configured user, who is admin; empty ones never match
  std::size_t max_requests_per_user = 0;  // per second; 0: no limit
};

// Thread-safe. Routes that ask for no role let everybody in; so do paths and methods that do not exist, which the
// router refuses. Otherwise: basic authentication by the configured user or the users file; then AAF, when it is used,
// which lets everybody in or nobody. Without basic_auth_secure everybody is admin, and a login is asked for where AAF
// is used and for what operators do (4.1: always). What may take long is answered by the admission's `later`.
class Gate {
 public:
  static constexpr std::size_t max_failures = 10;  // per address
  static constexpr std::chrono::minutes failure_window{1};

  // Beside `config` all outlive it. `users`, `aaf`: null when not used.
  Gate(AdmissionConfig config, http::Router const& router, sdk::Clock& clock, sdk::Log& log, Users* users = nullptr,
       Aaf* aaf = nullptr);
  http::Admission operator()(http::Request const& head) const;

 private:
  http::Admission verify(http::Credentials const& given, std::string const& address, sdk::Time since) const;
  http::Admission failed(http::Credentials const& given, std::string const& address) const;
  // `blocking`: AAF may be asked here and now.
  http::Admission enter(http::Caller caller, std::string const& address, bool blocking) const;
  http::Admission ask_aaf(http::Caller caller) const;
  bool asks_for_login(http::Role needed) const;

  AdmissionConfig const config_;
  http::Router const& router_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  Users* users_;
  Aaf* aaf_;
  mutable WindowLimit failures_{max_failures, failure_window}, requests_;
};

}  // namespace conductor::services::api
