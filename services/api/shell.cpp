#include "services/api/shell.hpp"

#include "core/http/cors.hpp"
#include "core/http/errors.hpp"
#include "core/http/forwarded.hpp"
#include "core/http/request_metrics.hpp"
#include "core/http/version_headers.hpp"
#include "core/work/processors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace conductor::services::api {
namespace {

constexpr rlim_t descriptors_for_others = 256;  // stores, plugins, logs

sdk::Schema cors_schema() {
  sdk::Schema cors("cors");
  cors.list("allowed_origin",
            "Origins whose pages may use the API, as browsers send them (https://ui.example.org); *: every page, but "
            "without credentials. Empty: none. Further groups stand in sections [cors.NAME] with the same options.")
      .default_to("");
  cors.boolean("allow_credentials", "Let these pages send the user's credentials.").default_to(true);
  cors.list("expose_headers", "Headers of replies that pages may read.")
      .default_to("X-Auth-Token,X-Conductor-Request-Id");
  cors.integer("max_age", "Seconds for which browsers may remember the answer to a preflight.").default_to(3600);
  cors.list("allow_methods", "Methods that pages may use.").default_to("GET,PUT,POST,DELETE,OPTIONS,HEAD");
  cors.list("allow_headers", "Headers of requests that pages may set.")
      .default_to("X-Auth-Token,X-Conductor-Request-Id,Authorization,Content-Type,Transaction-Id");
  return cors;
}

http::CorsRule cors_rule(sdk::Settings const& cors) {
  return {.allowed_origins = cors.list("allowed_origin"),
          .allow_credentials = cors.boolean("allow_credentials"),
          .expose_headers = cors.list("expose_headers"),
          .allow_methods = cors.list("allow_methods"),
          .allow_headers = cors.list("allow_headers"),
          .max_age_s = cors.integer("max_age")};
}

std::vector<http::CorsRule> cors_rules(config::Config const& config) {
  auto sections = config.family("cors");
  sections.insert(sections.begin(), "cors");
  std::vector<http::CorsRule> rules;
  for (auto const& section : sections)
    if (auto rule = cors_rule(config.section(section)); !rule.allowed_origins.empty()) rules.push_back(std::move(rule));
  return rules;
}

// [api] listen, or host and port.
sdk::Result<std::vector<http::Address>> addresses(config::Config const& config) {
  auto const& api = config.section("api");
  std::vector<http::Address> all;
  for (auto const& text : api.list("listen")) {
    auto address = http::parse_address(text);
    if (!address) return address.error();
    all.push_back(std::move(*address));
  }
  if (all.empty())
    all.push_back({.host = api.text("bind_host"), .port = static_cast<std::uint16_t>(api.integer("bind_port"))});
  return all;
}

bool has_tls(sdk::Settings const& api) {
  return !api.text("certificate_file").empty() && !api.text("certificate_key_file").empty();
}

http::Filters filters(config::Config const& config, http::Router const& router, metrics::Registry& metrics,
                      sdk::Clock& clock, sdk::Log& log) {
  auto const& version = config.section("version_auth");
  http::Filters all{std::make_shared<http::RequestMetrics>(metrics, clock), std::make_shared<http::Routing>(router),
                    std::make_shared<http::VersionHeaders>(
                        http::VersionHeadersConfig{.version = CONDUCTOR_VERSION,
                                                   .token_needed = version.boolean("version_auth_flag"),
                                                   .token = version.text("version_auth_token")})};
  if (auto rules = cors_rules(config); !rules.empty()) all.push_back(std::make_shared<http::Cors>(std::move(rules)));
  if (config.section("oslo_middleware").boolean("enable_proxy_headers_parsing")) {
    auto trusted = http::Networks::parse(config.section("api").list("trusted_proxies"));
    if (!trusted || trusted->empty())
      log.warning(
          "[oslo_middleware] enable_proxy_headers_parsing has no effect without [api] trusted_proxies: list the "
          "addresses of the proxies there ('unix' for those on a Unix socket)");
    else
      all.push_back(std::make_shared<http::ForwardedHeaders>(std::move(*trusted)));
  }
  return all;
}

// A connection needs a file descriptor.
std::size_t bounded_connections(config::Config const& config, sdk::Log& log) {
  auto const wanted = static_cast<std::size_t>(config.section("api").integer("max_connections"));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  auto const possible = std::max(limit.rlim_cur, 2 * descriptors_for_others) - descriptors_for_others;
  if (wanted <= possible) return wanted;
  log.warning("[api] max_connections is " + std::to_string(wanted) + ", but the limit of open files (" +
              std::to_string(limit.rlim_cur) + ") leaves " + std::to_string(possible) +
              "; raise LimitNOFILE or ulimit -n for more");
  return possible;
}

}  // namespace

void declare_shell(config::Catalogue& catalogue) {
  sdk::Schema api("api");
  api.list(
         "listen",
         "Addresses to listen on: host:port, [v6 address]:port, unix:/path/of/socket. Empty: bind_host and bind_port. "
         "--listen wins.")
      .default_to("");
  api.list("trusted_proxies",
           "Addresses and networks (10.0.0.0/8) of proxies whose forwarded headers are believed; unix: those that come "
           "over a Unix socket.")
      .default_to("");
  api.integer("max_connections", "Open connections at once; further ones wait. The limit of open files bounds it.")
      .default_to(16384)
      .at_least(1)
      .at_most(1'000'000);
  catalogue.add(api);
  auto const cors = cors_schema();
  catalogue.add(cors);
  catalogue.add_family(cors);
  sdk::Schema proxies("oslo_middleware");
  proxies
      .boolean("enable_proxy_headers_parsing",
               "Take scheme, host, client address and mount prefix from Forwarded or X-Forwarded-* headers of the "
               "proxies in [api] trusted_proxies.")
      .default_to(false);
  catalogue.add(proxies);
  sdk::Schema version("version_auth");
  version
      .boolean("version_auth_flag",
               "Send version headers only to requests whose Version-Auth-Token is version_auth_token.")
      .default_to(false);
  version.secret("version_auth_token", "The token; empty: nobody has it.").default_to("");
  catalogue.add(version);
}

void check_shell(config::Config const& config, std::vector<config::Problem>& errors) {
  if (auto const all = addresses(config); !all) errors.push_back(config.problem("api", "listen", all.error().text));
  if (auto const trusted = http::Networks::parse(config.section("api").list("trusted_proxies")); !trusted)
    errors.push_back(config.problem("api", "trusted_proxies", trusted.error().text));
}

http::ServerConfig shell_config(config::Config const& config, http::Router const& router, metrics::Registry& metrics,
                                sdk::Clock& clock, sdk::Log& log) {
  auto const& api = config.section("api");
  http::ServerConfig shell;
  if (auto listen = addresses(config)) shell.listen = std::move(*listen);
  shell.certificate_file = api.text("certificate_file");
  shell.certificate_key_file = api.text("certificate_key_file");
  shell.client_ca_file = api.text("client_ca_file");
  shell.max_body_bytes = static_cast<std::size_t>(api.integer("max_body_mb")) << 20U;
  shell.max_connections = bounded_connections(config, log);
  // On one processor a second I/O thread would only take turns with the first.
  shell.io_threads = std::min(work::processors(), shell.io_threads);
  shell.handler_threads = static_cast<std::size_t>(api.integer("workers"));
  shell.filters = filters(config, router, metrics, clock, log);
  shell.at_once = [&router](sdk::Call const& call, http::Request const& request, http::Caller const& caller) {
    return router.at_once(call, request, caller);
  };
  shell.metrics = &metrics;
  return shell;
}

sdk::Result<void> check_exposure(config::Config const& config, sdk::Log& log) {
  auto const& api = config.section("api");
  bool const login = config.section("conductor_api").boolean("basic_auth_secure") ||
                     config.section("aaf_api").boolean("is_aaf_enabled");
  if (login && has_tls(api)) return {};
  auto const all = addresses(config);
  if (!all) return all.error();
  for (auto const& address : *all) {
    if (address.is_local()) continue;
    std::string what =
        api.list("listen").empty() ? "[api] bind_host " + address.host : "[api] listen " + address.text();
    what += " is not a loopback address and the API has no ";
    what += has_tls(api) ? "authentication" : "TLS";
    if (!api.boolean("allow_insecure_bind"))
      return sdk::Error{sdk::Errc::denied, what +
                                               "; set certificate_file and certificate_key_file, or "
                                               "allow_insecure_bind = true behind a TLS front end"};
    log.warning(what + "; allowed by allow_insecure_bind");
  }
  return {};
}

}  // namespace conductor::services::api
