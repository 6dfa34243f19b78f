#include "services/api/access.hpp"

#include "core/http/client.hpp"
#include "core/log/messages.hpp"

namespace conductor::services::api {
namespace {

bool uses_aaf(config::Config const& config) { return config.section("aaf_api").boolean("is_aaf_enabled"); }

AafConfig aaf_config(sdk::Settings const& aaf) {
  AafConfig config;
  config.url = aaf.text("aaf_url");
  config.user = aaf.text("aaf_conductor_user");
  // check_access has seen to it that they can be read.
  if (auto accepted = parse_permissions(aaf.text("aaf_permissions"))) config.accepted = std::move(*accepted);
  config.lifetime = std::chrono::hours(aaf.integer("aaf_cache_expiry_hrs"));
  config.timeout = std::chrono::seconds(aaf.integer("aaf_timeout"));
  config.attempts = static_cast<int>(aaf.integer("aaf_retries"));
  return config;
}

sdk::HttpConfig client_config(sdk::Settings const& aaf) {
  sdk::HttpConfig config;
  config.base_url = split_url(aaf.text("aaf_url")).base;
  config.username = aaf.text("username");
  config.password = aaf.text("password");
  config.certificate_file = aaf.text("aaf_cert_file");
  config.certificate_key_file = aaf.text("aaf_cert_key_file");
  config.ca_file = aaf.text("aaf_ca_bundle_file");
  config.insecure_skip_verify = aaf.boolean("insecure_skip_verify");
  config.read_timeout = std::chrono::seconds(aaf.integer("aaf_timeout"));
  config.attempts = static_cast<int>(aaf.integer("aaf_retries"));
  config.max_connections = 1;
  return config;
}

AdmissionConfig admission_config(config::Config const& config) {
  auto const& login = config.section("conductor_api");
  return {.required = login.boolean("basic_auth_secure"),
          .expected = {.user = login.text("username"), .password = login.text("password")},
          .max_requests_per_user = static_cast<std::size_t>(config.section("api").integer("max_requests_per_user"))};
}

std::vector<http::Route> limited(std::vector<http::Route> routes, QueueLimit& queue) {
  for (auto& route : routes)
    if (route.method == "POST" && route.path == "/v1/plans") route.handler = queue.before(std::move(route.handler));
  return routes;
}

sdk::Schema aaf_schema() {
  sdk::Schema aaf("aaf_api");
  aaf.boolean("is_aaf_enabled",
              "Let requests in only while AAF permits it: the permissions of aaf_conductor_user stand for all callers, "
              "who still log in with a password each.")
      .default_to(false);
  aaf.integer("aaf_cache_expiry_hrs", "Hours for which permissions given by AAF are kept; a refusal is kept a minute.")
      .default_to(24)
      .at_least(1)
      .at_most(8760);
  aaf.url("aaf_url", "Where AAF tells the permissions of a user; the user's name is put behind it.")
      .default_to("https://aaf-service:8100/authz/perms/user/");
  aaf.text("username", "Login at AAF.").default_to("");
  aaf.secret("password", "Password of the login at AAF.").default_to("");
  aaf.path("aaf_cert_file", "Client certificate (PEM) shown to AAF.").default_to("");
  aaf.path("aaf_cert_key_file", "Private key (PEM) of the client certificate.").default_to("");
  aaf.path("aaf_ca_bundle_file", "Trust anchors (PEM) for AAF's certificate. Empty: the system's.").default_to("");
  aaf.boolean("insecure_skip_verify", "Do not verify AAF's certificate. For tests only; warned about.")
      .default_to(false);
  aaf.integer("aaf_retries", "Attempts to reach AAF.").default_to(3).at_least(1).at_most(10);
  aaf.integer("aaf_timeout", "Seconds to wait for AAF's answer in each attempt.")
      .default_to(100)
      .at_least(1)
      .at_most(600);
  aaf.text("aaf_conductor_user", "User whose permissions are asked for, such as oof@oof.onap.org.").default_to("");
  aaf.text("aaf_permissions",
           "Permissions of which the user must have one: a JSON object with type, instance and action (*: any), or an "
           "array of these; or type|instance|action, separated by commas.")
      .default_to(R"({"type": "org.onap.oof.access", "instance": "*", "action": "*"})");
  return aaf;
}

}  // namespace

void declare_access(config::Catalogue& catalogue) {
  sdk::Schema api("api");
  api.path(
         "users_file",
         "Users beside the one of [conductor_api], a line each: name, role (reader, submitter, operator, admin), hash "
         "of the password; written by `conductor user set`. Its mode must be 600 or 640. Read again on SIGHUP.")
      .default_to("");
  api.integer("max_requests_per_user", "Requests of one user in a second; further ones get 429. 0: no limit.")
      .default_to(0)
      .at_least(0)
      .at_most(1'000'000);
  api.integer("max_queue", "Plans that are not finished; while there are that many, new ones get 503.")
      .default_to(10000)
      .at_least(1)
      .at_most(100'000'000);
  catalogue.add(api);
  catalogue.add(aaf_schema());
}

void check_access(config::Config const& config, std::vector<config::Problem>& errors) {
  if (!uses_aaf(config)) return;
  auto const& aaf = config.section("aaf_api");
  if (aaf.text("aaf_conductor_user").empty())
    errors.push_back(config.problem("aaf_api", "aaf_conductor_user",
                                    "is not set; is_aaf_enabled needs the user whose permissions are asked for"));
  if (auto const accepted = parse_permissions(aaf.text("aaf_permissions")); !accepted)
    errors.push_back(config.problem("aaf_api", "aaf_permissions", "cannot be used: " + accepted.error().text));
  for (auto const& [one, other] :
       {std::pair{"aaf_cert_file", "aaf_cert_key_file"}, std::pair{"aaf_cert_key_file", "aaf_cert_file"}})
    if (!aaf.text(one).empty() && aaf.text(other).empty())
      errors.push_back(config.problem("aaf_api", other, std::string("is not set; ") + one + " needs it"));
}

Access::Access(kernel::Context& context, std::vector<http::Route> routes, sdk::Log& log)
    : config_(context.config),
      log_(log),
      users_(context.config.section("api").text("users_file"), context.clock),
      queue_(static_cast<std::size_t>(context.config.section("api").integer("max_queue")), context.plans,
             context.clock),
      router_(limited(std::move(routes), queue_)),
      gate_(admission_config(context.config), router_, context.clock, log, &users_,
            uses_aaf(context.config)
                ? &aaf_.emplace(aaf_config(context.config.section("aaf_api")),
                                context.clients.client(client_config(context.config.section("aaf_api"))), context.clock,
                                log)
                : nullptr) {}

sdk::Result<void> Access::start() {
  if (auto read = users_.reload(); !read) return read;
  warn_of_missing_login();
  return {};
}

void Access::warn_of_missing_login() const {
  using log::Message;
  auto const& login = config_.section("conductor_api");
  bool const required = login.boolean("basic_auth_secure");
  if (!required) log_.warning(log::message<Message::basic_auth_off>());
  std::string missing;
  for (auto const* option : {"username", "password"})
    if (login.text(option).empty()) missing.append(missing.empty() ? "" : " and ").append(option);
  if (missing.empty() || (!required && !uses_aaf(config_))) return;
  if (!users_.configured())
    log_.error(log::message<Message::credentials_missing>(missing));
  else if (missing == "username" || missing == "password")
    log_.warning("[conductor_api] " + missing + " is not set: only the users of [api] users_file can log in");
}

void Access::reload() {
  if (auto read = users_.reload(); !read) log_.error("the users stay as they are: " + read.error().text);
  if (aaf_) aaf_->forget();
}

void Access::stop() {
  if (aaf_) aaf_->stop();
}

}  // namespace conductor::services::api
