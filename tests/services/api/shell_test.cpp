// From configuration to the shell around the API.
#include "services/api/shell.hpp"

#include "services/api/options.hpp"
#include "tests/core/config/folder.hpp"
#include "tests/core/store/test_world.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_shell)

namespace {

config::Catalogue catalogue() {
  config::Catalogue made;
  declare(made);
  return made;
}

config::Loaded load(std::string const& text) {
  auto loaded = config::test::load_text(catalogue(), text);
  check_shell(loaded.config, loaded.errors);
  return loaded;
}

// What goes in and out through the filters of a configuration.
struct Shell {
  explicit Shell(std::string const& text)
      : loaded(load(text)), config(shell_config(loaded.config, router, metrics, world.clock(), world.log())) {
    BOOST_TEST(loaded.errors.empty());
  }
  http::Response pass(http::Request& request) {
    std::optional<http::Response> reply;
    for (auto const& filter : config.filters)
      if (reply = filter->before(request); reply) break;
    if (!reply) reply.emplace();
    for (auto filter = config.filters.rbegin(); filter != config.filters.rend(); ++filter)
      (*filter)->after(request, *reply);
    return std::move(*reply);
  }
  static http::Request request(std::string const& peer, sdk::HttpHeaders headers) {
    http::Request made;
    made.method = "GET";
    made.path = "/v1/plans/7";
    made.remote_address = peer;
    made.headers = std::move(headers);
    made.headers.emplace_back("Host", "inner");
    return made;
  }

  tests::World world;
  http::Router router{
      {{"/v1/plans/{id}", "GET", http::Role::anonymous,
        [](sdk::Call const&, http::Request const&, http::Caller const&) { return http::Response(); }, ""}}};
  metrics::Registry metrics;
  config::Loaded loaded;
  http::ServerConfig config;
};

std::string header(http::Response const& reply, std::string_view name) {
  for (auto const& [key, value] : reply.headers)
    if (http::same_name(key, name)) return value;
  return "<none>";
}

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_CASE(it_listens_where_host_and_port_say_unless_there_is_a_list) {
  BOOST_TEST(Shell("").config.listen.front().text() == "127.0.0.1:8091");
  auto const listen = Shell("[api]\nlisten = unix:/run/conductor/api.sock,[::1]:80\nbind_port = 1\n").config.listen;
  BOOST_REQUIRE(listen.size() == 2U);
  BOOST_TEST(listen[0].text() == "unix:/run/conductor/api.sock");
  BOOST_TEST(listen[1].text() == "[::1]:80");
}

BOOST_AUTO_TEST_CASE(what_is_no_address_or_network_is_found_when_the_configuration_is_checked) {
  auto const loaded = load("[api]\nlisten = 8091\ntrusted_proxies = localhost\n");
  auto const text = config::test::all(loaded.errors);
  BOOST_TEST(has(text, "[api] listen: '8091' is no address"), text);
  BOOST_TEST(has(text, "[api] trusted_proxies: 'localhost' is neither"), text);
}

BOOST_AUTO_TEST_CASE(proxies_are_believed_when_enabled_and_trusted) {
  sdk::HttpHeaders const told{{"X-Forwarded-Host", "outer"}, {"X-Forwarded-Proto", "https"}};
  std::string const trusted = "[api]\ntrusted_proxies = unix\n";
  auto request = Shell::request("unix:", told);
  Shell(trusted + "[oslo_middleware]\nenable_proxy_headers_parsing = true\n").pass(request);
  BOOST_TEST(http::base_url(request) == "https://outer");
  for (auto const& text : {trusted, std::string("[oslo_middleware]\nenable_proxy_headers_parsing = true\n")}) {
    request = Shell::request("unix:", told);
    Shell(text).pass(request);
    BOOST_TEST(http::base_url(request) == "http://inner");
  }
}

BOOST_AUTO_TEST_CASE(pages_of_named_groups_are_let_in) {
  Shell shell("[cors]\nallowed_origin = https://a.example\n[cors.ui]\nallowed_origin = https://b.example\n");
  for (auto const* origin : {"https://a.example", "https://b.example"}) {
    auto request = Shell::request("192.0.2.7", {{"Origin", origin}});
    BOOST_TEST(header(shell.pass(request), "Access-Control-Allow-Origin") == origin);
  }
  auto preflight =
      Shell::request("192.0.2.7", {{"Origin", "https://b.example"},
                                   {"Access-Control-Request-Method", "POST"},
                                   {"Access-Control-Request-Headers", "authorization,content-type,transaction-id"}});
  preflight.method = "OPTIONS";
  BOOST_TEST(header(shell.pass(preflight), "Access-Control-Allow-Headers") ==
             "authorization, content-type, transaction-id");
}

BOOST_AUTO_TEST_CASE(without_allowed_origins_cors_is_off) {
  Shell shell("");
  auto request = Shell::request("192.0.2.7", {{"Origin", "https://a.example"}});
  auto const reply = shell.pass(request);
  BOOST_TEST(header(reply, "Access-Control-Allow-Origin") == "<none>");
  BOOST_TEST(header(reply, "Vary") == "<none>");
}

BOOST_AUTO_TEST_CASE(version_headers_are_sent_to_everybody_or_with_the_token) {
  auto request = Shell::request("192.0.2.7", {});
  BOOST_TEST(header(Shell("").pass(request), "X-LatestVersion") == CONDUCTOR_VERSION);
  Shell shell("[version_auth]\nversion_auth_flag = true\nversion_auth_token = t\n");
  BOOST_TEST(header(shell.pass(request), "X-LatestVersion") == "<none>");
  request.headers.emplace_back("Version-Auth-Token", "t");
  BOOST_TEST(header(shell.pass(request), "X-LatestVersion") == CONDUCTOR_VERSION);
}

BOOST_AUTO_TEST_CASE(requests_are_counted_by_route_never_by_path) {
  Shell shell("");
  for (auto const* path : {"/v1/plans/7", "/v1/plans/8", "/made/up"}) {
    auto request = Shell::request("192.0.2.7", {});
    request.path = path;
    request.method = path == std::string("/made/up") ? "FROB" : "GET";
    shell.pass(request);
  }
  auto const text = shell.metrics.text();
  BOOST_TEST(has(text, R"(conductor_http_requests_total{method="GET",route="/v1/plans/{id}",status="200"} 2)"), text);
  BOOST_TEST(has(text, R"(conductor_http_requests_total{method="other",route="other",status="200"} 1)"), text);
}

BOOST_AUTO_TEST_CASE(an_address_for_others_needs_tls_and_a_login) {
  tests::World world;
  auto const exposure = [&](std::string const& text) {
    auto const safe = check_exposure(load(text).config, world.log());
    return safe ? std::string("safe") : safe.error().text;
  };
  std::string const foreign = "[api]\nlisten = unix:/run/a.sock,0.0.0.0:80\n";
  BOOST_TEST(exposure("[api]\nlisten = unix:/run/a.sock,127.0.0.1:80\n") == "safe");
  BOOST_TEST(has(exposure(foreign), "[api] listen 0.0.0.0:80 is not a loopback address and the API has no TLS"));
  std::string const tls = "certificate_file = /a\ncertificate_key_file = /b\n";
  BOOST_TEST(exposure(foreign + tls) == "safe");
  BOOST_TEST(has(exposure(foreign + tls + "[conductor_api]\nbasic_auth_secure = false\n"), "no authentication"));
  BOOST_TEST(exposure(foreign + "allow_insecure_bind = true\n") == "safe");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
