#include "services/api/admission.hpp"

#include "core/http/errors.hpp"
#include "core/log/text.hpp"

namespace conductor::services::api {
namespace {

constexpr std::size_t max_logged_name = 64;

http::Admission refused(http::Response response) {
  http::Admission admission;
  admission.refused = std::make_unique<http::Response>(std::move(response));
  return admission;
}

http::Admission admitted(http::Caller caller) {
  http::Admission admission;
  admission.caller = std::move(caller);
  return admission;
}

http::Admission unauthorized(std::string const& explanation) {
  return refused(http::make_error(401, explanation, {{"WWW-Authenticate", std::string(http::basic_challenge)}}));
}

http::Admission try_later(int status, std::string const& explanation, sdk::Duration wait) {
  return refused(http::make_error(status, explanation, {{"Retry-After", retry_after(wait)}}));
}

http::Admission too_many_failures(sdk::Duration wait) {
  return try_later(429, "Too many failed logins from this address; try again later.", wait);
}

// The answer of AAF holds for whoever is authenticated.
http::Admission decided(http::Caller caller, bool permitted) {
  if (permitted) return admitted(std::move(caller));
  return refused(http::make_error(403, "AAF does not permit access to this service; its log says why."));
}

http::Admission busy() {
  return try_later(503, "Too many logins are being checked; try again later.", std::chrono::seconds(1));
}

}  // namespace

Gate::Gate(AdmissionConfig config, http::Router const& router, sdk::Clock& clock, sdk::Log& log, Users* users, Aaf* aaf)
    : config_(std::move(config)),
      router_(router),
      clock_(clock),
      log_(log),
      users_(users),
      aaf_(aaf),
      requests_(config_.max_requests_per_user, std::chrono::seconds(1)) {}

bool Gate::asks_for_login(http::Role needed) const {
  return config_.required || aaf_ != nullptr || needed >= http::Role::operator_;
}

http::Admission Gate::operator()(http::Request const& head) const {
  auto const* route = head.match ? head.match->route : router_.match(head).route;
  if (route == nullptr || route->role == http::Role::anonymous) return {};
  auto const& address = head.remote_address;
  if (!asks_for_login(route->role)) return enter({.user = "", .role = http::Role::admin}, address, false);
  auto given = http::parse_basic(head.header("Authorization"));
  if (!given)
    return unauthorized("Unauthorized: The request does not provide any HTTP authentication (basic authentication)");
  if (auto const wait = failures_.wait(address_key(address), clock_.now()); wait > sdk::Duration::zero())
    return too_many_failures(wait);
  if (http::credentials_match(*given, config_.expected))
    return enter({.user = given->user, .role = http::Role::admin}, address, false);
  if (users_ == nullptr || !users_->configured()) return failed(*given, address);
  if (auto const role = users_->recall(*given)) return enter({.user = given->user, .role = *role}, address, false);
  http::Admission undecided;
  undecided.later = [this, given = std::move(*given), address, since = clock_.now()] {
    return verify(given, address, since);
  };
  return undecided;
}

http::Admission Gate::verify(http::Credentials const& given, std::string const& address, sdk::Time since) const {
  auto const now = clock_.now();
  if (now - since > Users::longest_wait) return busy();
  // Guesses sent side by side wait here for their turn: those beyond the limit are not worth a computation.
  if (auto const wait = failures_.wait(address_key(address), now); wait > sdk::Duration::zero())
    return too_many_failures(wait);
  auto const role = users_->verify(given);
  if (!role) return busy();
  if (!*role) return failed(given, address);
  return enter({.user = given.user, .role = **role}, address, true);
}

http::Admission Gate::failed(http::Credentials const& given, std::string const& address) const {
  auto const count = failures_.add(address_key(address), clock_.now());
  if (count <= max_failures) {
    auto const name = log::escaped(given.user.substr(0, max_logged_name));
    log_.warning("refused credentials for user '" + name + "' from " + address);
  }
  if (count == max_failures)
    log_.warning(std::to_string(count) + " failed logins from " + address +
                 " within a minute; for the rest of it logins from there are answered with 429");
  return unauthorized("Invalid credentials: username or password is incorrect");
}

http::Admission Gate::enter(http::Caller caller, std::string const& address, bool blocking) const {
  if (!config_.required) caller.role = http::Role::admin;
  auto const wait = requests_.take(caller.user.empty() ? address_key(address) : caller.user, clock_.now());
  if (wait > sdk::Duration::zero()) return try_later(429, "Too many requests of one user; try again later.", wait);
  if (aaf_ == nullptr) return admitted(std::move(caller));
  if (auto const known = aaf_->known()) return decided(std::move(caller), *known);
  if (blocking) return ask_aaf(std::move(caller));
  http::Admission undecided;
  undecided.later = [this, caller = std::move(caller)] { return ask_aaf(caller); };
  return undecided;
}

http::Admission Gate::ask_aaf(http::Caller caller) const {
  auto const permitted = aaf_->permitted();
  if (permitted) return decided(std::move(caller), *permitted);
  return try_later(503, "The permissions are being fetched from AAF; try again later.", std::chrono::seconds(5));
}

}  // namespace conductor::services::api
