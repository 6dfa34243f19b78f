#include "services/api/admission.hpp"

#include "core/http/errors.hpp"

namespace conductor::services::api {
namespace {

http::Admission refuse(std::string const& explanation) {
  auto response = http::make_error(401, explanation, {{"WWW-Authenticate", std::string(http::basic_challenge)}});
  return {std::make_unique<http::Response>(std::move(response)), {}};
}

}  // namespace

http::Admission Gate::operator()(http::Request const& head) const {
  auto const match = router_.match(head.method, head.path);
  if (match.route == nullptr || match.route->role == http::Role::anonymous) return {nullptr, {}};
  if (!config_.required) return {nullptr, {.user = "", .role = http::Role::admin}};
  auto const given = http::parse_basic(head.header("Authorization"));
  if (!given)
    return refuse("Unauthorized: The request does not provide any HTTP authentication (basic authentication)");
  if (!http::credentials_match(*given, config_.expected)) {
    log_.warning("refused credentials for user '" + given->user + "' from " + head.remote_address);
    return refuse("Invalid credentials: username or password is incorrect");
  }
  return {nullptr, {.user = given->user, .role = http::Role::admin}};
}

}  // namespace conductor::services::api
