#include "services/api/role.hpp"

#include "core/http/errors.hpp"
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "core/log/messages.hpp"
#include "services/api/admission.hpp"
#include "services/api/api.hpp"
#include "services/api/options.hpp"

namespace conductor::services::api {
namespace {

bool is_loopback(std::string const& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

class ApiComponent final : public kernel::Component {
 public:
  explicit ApiComponent(kernel::Context& context)
      : log_(log::named("api")),
        api_({context.plans, context.rpc, context.clock, log_, api_config(context.config)}),
        router_(api_.routes()),
        gate_(admission_config(context.config.section("conductor_api")), router_, log_),
        settings_(context.config.section("api")),
        login_(context.config.section("conductor_api")) {
    auto config = server_config(settings_);
    url_ = (config.certificate_file.empty() ? "http://" : "https://") + config.host;
    server_ = http::make_server(std::move(config), std::cref(gate_), std::cref(router_), context.clock, log_);
  }

  sdk::Result<void> start() override {
    if (auto safe = check_exposure(); !safe) return safe;
    if (auto started = server_->start(); !started) return started;
    log_.info("API listens on " + url_ + ":" + std::to_string(server_->port()));
    return {};
  }
  void drain(sdk::Time deadline) override { server_->stop(deadline); }
  void reload(config::Config const&) override {
    if (auto reloaded = server_->reload_certificates(); !reloaded) log_.error(reloaded.error().text);
  }

 private:
  static ApiConfig api_config(config::Config const& config) {
    auto const& api = config.section("api");
    return {.limits = {.default_recommendations = config.section("controller").integer("limit"),
                       .strict_names = api.boolean("strict_plan_names")},
            .wire_compat = api.text("wire_compat") == "onap" ? WireCompat::onap : WireCompat::documented,
            .server_url = config.section("conductor_api").text("server_url"),
            .page = static_cast<std::size_t>(api.integer("default_api_return_limit")),
            .product_version = CONDUCTOR_VERSION};
  }
  static AdmissionConfig admission_config(sdk::Settings const& login) {
    return {.required = login.boolean("basic_auth_secure"),
            .expected = {.user = login.text("username"), .password = login.text("password")}};
  }
  static http::ServerConfig server_config(sdk::Settings const& api) {
    return {.host = api.text("bind_host"),
            .port = static_cast<std::uint16_t>(api.integer("bind_port")),
            .certificate_file = api.text("certificate_file"),
            .certificate_key_file = api.text("certificate_key_file"),
            .client_ca_file = api.text("client_ca_file"),
            .max_body_bytes = static_cast<std::size_t>(api.integer("max_body_mb")) << 20U,
            .handler_threads = static_cast<std::size_t>(api.integer("workers")),
            .error_response = [](int status, std::string const& explanation) {
              return http::make_error(status, explanation);
            }};
  }

  // Nobody should be exposed by accident: what is missing is said at start, and a foreign address needs TLS and a
  // login.
  sdk::Result<void> check_exposure() {
    bool const login = login_.boolean("basic_auth_secure");
    bool const tls = !settings_.text("certificate_file").empty() && !settings_.text("certificate_key_file").empty();
    if (!login) log_.warning(log::message<log::Message::basic_auth_off>());
    for (auto const* option : {"username", "password"})
      if (login && login_.text(option).empty()) log_.error(log::message<log::Message::credentials_missing>(option));
    if (is_loopback(settings_.text("bind_host")) || (login && tls)) return {};
    std::string const what = "[api] bind_host " + settings_.text("bind_host") +
                             " is not a loopback address and the API has no " + (tls ? "authentication" : "TLS");
    if (!settings_.boolean("allow_insecure_bind"))
      return sdk::Error{
          sdk::Errc::denied,
          what +
              "; set certificate_file and certificate_key_file, or allow_insecure_bind = true behind a TLS front end"};
    log_.warning(what + "; allowed by allow_insecure_bind");
    return {};
  }

  sdk::Log& log_;
  Api api_;
  http::Router router_;
  Gate gate_;
  sdk::Settings const& settings_;
  sdk::Settings const& login_;
  std::string url_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

kernel::Role const& role() {
  static kernel::Role const api{.name = "api",
                                .summary = "the REST API",
                                .plugin_kinds = {},
                                .declare = declare,
                                .make = [](kernel::Context& context) -> std::unique_ptr<kernel::Component> {
                                  return std::make_unique<ApiComponent>(context);
                                }};
  return api;
}

}  // namespace conductor::services::api
