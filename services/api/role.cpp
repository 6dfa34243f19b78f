#include "services/api/role.hpp"

#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "services/api/access.hpp"
#include "services/api/api.hpp"
#include "services/api/options.hpp"
#include "services/api/remote_options.hpp"
#include "services/api/shell.hpp"

namespace conductor::services::api {
namespace {

class ApiComponent final : public kernel::Component {
 public:
  explicit ApiComponent(kernel::Context& context)
      : log_(log::named("api")),
        api_({context.plans, context.rpc, context.clock, log_, api_config(context.config),
              remote_clients(context.config.section("api"), context.clients)}),
        deliveries_(delivery_config(context.config, wire_compat(context.config)), context.plans, context.lease,
                    remote_clients(context.config.section("api"), context.clients), context.clock, log_),
        access_(context, api_.routes(), log_),
        config_(context.config) {
    server_ = http::make_server(shell_config(context.config, access_.router(), context.metrics, context.clock, log_),
                                std::cref(access_), std::cref(access_.router()), context.clock, log_);
  }

  sdk::Result<void> start() override {
    if (auto ready = access_.start(); !ready) return ready;
    if (auto safe = check_exposure(config_, log_); !safe) return safe;
    deliveries_.start();
    if (auto started = server_->start(); !started) return started;
    for (auto const& url : server_->urls()) log_.info("API listens on " + url);
    return {};
  }
  void drain(sdk::Time deadline) override {
    access_.stop();
    server_->stop(deadline);
    deliveries_.drain(deadline);
  }
  void reload(config::Config const&) override {
    if (auto reloaded = server_->reload_certificates(); !reloaded) log_.error(reloaded.error().text);
    access_.reload();
  }

 private:
  static WireCompat wire_compat(config::Config const& config) {
    return config.section("api").text("wire_compat") == "onap" ? WireCompat::onap : WireCompat::documented;
  }
  static ApiConfig api_config(config::Config const& config) {
    auto const& api = config.section("api");
    return {.limits = {.default_recommendations = config.section("controller").integer("limit"),
                       .strict_names = api.boolean("strict_plan_names"),
                       .longest_search_s = static_cast<double>(config.section("solver").integer("solver_timeout")),
                       .remote = remote_rules(api),
                       .callbacks = !api.text("callback_secret").empty()},
            .wire_compat = wire_compat(config),
            .server_url = config.section("conductor_api").text("server_url"),
            .page = static_cast<std::size_t>(api.integer("default_api_return_limit")),
            .triage_limit = static_cast<std::size_t>(config.section("solver").integer("triage_limit")),
            .product_version = CONDUCTOR_VERSION,
            .callbacks = callback_config(api)};
  }

  sdk::Log& log_;
  Api api_;
  DeliveryEngine deliveries_;
  Access access_;
  config::Config const& config_;
  std::unique_ptr<http::Server> server_;
};

void check(config::Config const& config, std::vector<config::Problem>& errors) {
  check_shell(config, errors);
  check_access(config, errors);
  check_remote(config, errors);
}

}  // namespace

kernel::Role const& role() {
  static kernel::Role const api{.name = "api",
                                .summary = "the REST API",
                                .plugin_kinds = {},
                                .declare = declare,
                                .make = [](kernel::Context& context) -> std::unique_ptr<kernel::Component> {
                                  return std::make_unique<ApiComponent>(context);
                                },
                                .check = check};
  return api;
}

}  // namespace conductor::services::api
