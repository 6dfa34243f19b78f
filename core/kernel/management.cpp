#include "core/kernel/management.hpp"

#include "core/log/log.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace conductor::kernel {

namespace {

constexpr std::chrono::seconds check_time{5};
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

http::Response json_response(int status, boost::json::object const& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = boost::json::serialize(body)};
}

http::Response healthy(sdk::Call const&, http::Request const&, http::Caller const&) {
  return json_response(200, {{"healthy", true}});
}

// Needs no handler thread: they may all wait for a store to tell whether it is ready.
std::optional<http::Response> healthy_at_once(sdk::Call const& call, http::Request const& request,
                                              http::Caller const& caller) {
  return healthy(call, request, caller);
}

}  // namespace

sdk::Result<std::uint16_t> metrics_port(std::vector<std::string> const& ports, std::size_t entry) {
  if (entry >= ports.size())
    return sdk::Error{sdk::Errc::invalid, "the list has " + std::to_string(ports.size()) +
                                              " ports and this service takes number " + std::to_string(entry + 1) +
                                              "; list one port for each service"};
  auto const& text = ports[entry];
  std::uint16_t port = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failed != std::errc() || end != text.data() + text.size() || text.empty())
    return sdk::Error{sdk::Errc::invalid, "'" + text + "' is no port; write numbers from 0 to 65535"};
  return port;
}

Management::Management(config::Config const& config, std::size_t entry, metrics::Registry& metrics, sdk::Clock& clock)
    : settings_(config.section("prometheus")), entry_(entry), metrics_(metrics), clock_(clock) {
  readiness_ = [](sdk::Call const&) { return std::vector<std::string>{"process: it is starting"}; };
}

Management::~Management() = default;

sdk::Result<void> Management::start() {
  if (!settings_.boolean("enabled")) return {};
  auto const port = metrics_port(settings_.list("metrics_port"), entry_);
  if (!port) return sdk::Error{port.error().code, "[prometheus] metrics_port: " + port.error().text};
  auto const handler = [this](auto method) {
    return [this, method](sdk::Call const& call, http::Request const& request, http::Caller const& caller) {
      return (this->*method)(call, request, caller);
    };
  };
  router_ = std::make_unique<http::Router>(std::vector<http::Route>{
      {"/metrics", "GET", http::Role::anonymous, handler(&Management::metrics), "Counters for Prometheus"},
      {"/healthz", "GET", http::Role::anonymous, healthy, "Whether the process lives", healthy_at_once},
      {"/readyz", "GET", http::Role::anonymous, handler(&Management::ready), "Whether the process can work"}});
  http::ServerConfig config;
  config.host = settings_.text("bind_host");
  config.port = *port;
  config.max_body_bytes = 1024;
  config.request_timeout = check_time;
  config.max_connections = 64;
  config.handler_threads = 2;  // a readiness check that waits must not hold up the metrics
  config.io_threads = 1;
  config.filters = {std::make_shared<http::Routing>(*router_)};
  config.at_once = [this](sdk::Call const& call, http::Request const& request, http::Caller const& caller) {
    return router_->at_once(call, request, caller);
  };
  auto& log = log::named("management");
  server_ = http::make_server(
      std::move(config), [](http::Request const&) { return http::Admission(); }, std::cref(*router_), clock_, log);
  if (auto started = server_->start(); !started) {
    server_.reset();
    return sdk::Error{started.error().code,
                      "management listener: " + started.error().text + " ([prometheus] bind_host, metrics_port)"};
  }
  log.info("management listens on " + server_->urls().front());
  return {};
}

std::uint16_t Management::port() const { return server_ ? server_->port() : std::uint16_t{0}; }

void Management::set_readiness(Readiness readiness) {
  std::lock_guard const lock(mutex_);
  readiness_ = std::move(readiness);
}

http::Response Management::metrics(sdk::Call const&, http::Request const&, http::Caller const&) const {
  return {.status = 200, .headers = {{"Content-Type", std::string(metrics_type)}}, .body = metrics_.text()};
}

http::Response Management::ready(sdk::Call const& call, http::Request const&, http::Caller const&) {
  std::lock_guard const lock(mutex_);
  auto const reasons = readiness_(call);
  if (reasons.empty()) return json_response(200, {{"ready", true}});
  return json_response(503, {{"ready", false}, {"reasons", boost::json::array(reasons.begin(), reasons.end())}});
}

}  // namespace conductor::kernel
