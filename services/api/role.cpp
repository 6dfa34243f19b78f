#include "services/api/role.hpp"

#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "core/log/messages.hpp"
#include "services/api/admission.hpp"
#include "services/api/api.hpp"
#include "services/api/options.hpp"
#include "services/api/shell.hpp"

namespace conductor::services::api {
namespace {

class ApiComponent final : public kernel::Component {
 public:
  explicit ApiComponent(kernel::Context& context)
      : log_(log::named("api")),
        api_({context.plans, context.rpc, context.clock, log_, api_config(context.config)}),
        router_(api_.routes()),
        gate_(admission_config(context.config.section("conductor_api")), router_, log_),
        config_(context.config),
        login_(context.config.section("conductor_api")) {
    server_ = http::make_server(shell_config(context.config, router_, context.metrics, context.clock, log_),
                                std::cref(gate_), std::cref(router_), context.clock, log_);
  }

  sdk::Result<void> start() override {
    if (auto safe = check_login(); !safe) return safe;
    if (auto started = server_->start(); !started) return started;
    for (auto const& url : server_->urls()) log_.info("API listens on " + url);
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
  // What is missing is said at start.
  sdk::Result<void> check_login() {
    bool const login = login_.boolean("basic_auth_secure");
    if (!login) log_.warning(log::message<log::Message::basic_auth_off>());
    for (auto const* option : {"username", "password"})
      if (login && login_.text(option).empty()) log_.error(log::message<log::Message::credentials_missing>(option));
    return check_exposure(config_, log_);
  }

  sdk::Log& log_;
  Api api_;
  http::Router router_;
  Gate gate_;
  config::Config const& config_;
  sdk::Settings const& login_;
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
                                },
                                .check = check_shell};
  return api;
}

}  // namespace conductor::services::api
