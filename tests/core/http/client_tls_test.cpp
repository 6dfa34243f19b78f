// The client over TLS, with certificates made on the spot.
#include "tests/core/http/certificates.hpp"
#include "tests/core/http/client_fixture.hpp"

namespace conductor::http {

namespace {

using namespace testing;
using sdk::Errc;

struct TlsFixture : ClientFixture {
  TlsFixture() {
    certificates.issue("server", "DNS:conductor.test,IP:127.0.0.1");
    certificates.issue("elsewhere", "DNS:elsewhere.test");
    certificates.issue("user", "DNS:user.test");
  }
  ServerConfig server_config(std::string const& name = "server") const {
    ServerConfig config;
    config.certificate_file = certificates.file(name + ".pem");
    config.certificate_key_file = certificates.file(name + ".key");
    return config;
  }
  sdk::HttpConfig client_config(Served const& served) const {
    auto config = config_for(served.url("https"));
    config.ca_file = certificates.file("ca.pem");
    config.attempts = 1;
    return config;
  }
  Certificates certificates;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tls, TlsFixture)

BOOST_AUTO_TEST_CASE(carries_requests_to_a_server_that_is_trusted) {
  std::atomic<int> secure{0};
  Served const served(
      [&](sdk::Call const& call, Request const& request, Caller const& caller) {
        if (request.secure) ++secure;
        return echo_with_agent(call, request, caller);
      },
      server_config());
  for (int i = 0; i < 3; ++i) {
    auto const reply = client(client_config(served)).send({}, to("/a", "PUT", std::string(100'000, 'b')));
    BOOST_REQUIRE_MESSAGE(reply, reply.error().text);
    BOOST_TEST(reply->body.size() == 100'000 + std::string("PUT /a []").size());
  }
  BOOST_TEST(secure == 3);
}

BOOST_AUTO_TEST_CASE(refuses_a_server_that_nobody_vouches_for) {
  Served const served(echo_with_agent, server_config());
  auto config = client_config(served);
  config.ca_file.clear();
  config.password = "very-secret";
  auto const reply = client(config).send({}, to("/"));
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().code == Errc::denied));
  BOOST_TEST(has(reply.error().text, "authority"));
  BOOST_TEST(!has(reply.error().text + log.text(), "very-secret"));
  config.insecure_skip_verify = true;
  BOOST_TEST(client(config).send({}, to("/")).has_value());
  BOOST_TEST(client(config).send({}, to("/")).has_value());
  BOOST_TEST(has(log.text(), "insecure_skip_verify"));
  BOOST_TEST(log.text().find("insecure_skip_verify") == log.text().rfind("insecure_skip_verify"));
}

BOOST_AUTO_TEST_CASE(refuses_another_server_s_certificate_unless_its_name_is_given) {
  Served const served(echo_with_agent, server_config("elsewhere"));
  auto config = client_config(served);
  auto const reply = client(config).send({}, to("/"));
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().code == Errc::denied));
  BOOST_TEST(has(reply.error().text, "server_name_override"), reply.error().text);
  config.server_name_override = "elsewhere.test";
  BOOST_TEST(client(config).send({}, to("/")).has_value());
}

BOOST_AUTO_TEST_CASE(asks_clients_for_certificates_when_told_to) {
  auto config = server_config();
  config.client_ca_file = certificates.file("ca.pem");
  Served const served(echo_with_agent, config);
  auto without = client_config(served), with = without;
  auto const refused = client(without).send({}, to("/"));
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == Errc::denied), refused.error().text);
  BOOST_TEST(has(refused.error().text, "client certificate"));
  with.certificate_file = certificates.file("user.pem");
  with.certificate_key_file = certificates.file("user.key");
  BOOST_TEST(client(with).send({}, to("/")).has_value());
}

BOOST_AUTO_TEST_CASE(takes_renewed_certificates_for_new_connections) {
  certificates.issue("current", "IP:127.0.0.1");
  Served const served(echo_with_agent, server_config("current"));
  auto config = client_config(served);
  BOOST_TEST(client(config).send({}, to("/")).has_value());
  certificates.issue("current", "DNS:renewed.test");
  BOOST_TEST(served.server->reload_certificates().has_value());
  BOOST_TEST(client(config).send({}, to("/")).has_value());  // on the kept connection
  config.server_name_override = "renewed.test";
  BOOST_TEST(client(config).send({}, to("/")).has_value());
  std::filesystem::remove(certificates.file("current.key"));
  auto const failed = served.server->reload_certificates();
  BOOST_REQUIRE(!failed);
  BOOST_TEST(has(failed.error().text, "current.key"));
  config.read_timeout = milliseconds(999);
  BOOST_TEST(client(config).send({}, to("/")).has_value());
}

BOOST_AUTO_TEST_CASE(is_not_spoken_to_a_server_that_does_not) {
  Served const plain(echo_with_agent);
  auto config = config_for(plain.url("https"));
  config.attempts = 1;
  auto const reply = client(config).send({}, to("/"));
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().code == Errc::unavailable));
  BOOST_TEST(has(reply.error().text, "speaks TLS"), reply.error().text);
}

BOOST_AUTO_TEST_CASE(streams_and_stops_like_plain_connections) {
  std::atomic<int> ended{0};
  Served const served(
      [&](sdk::Call const&, Request const&, Caller const&) {
        Response response;
        response.stream = [&](sdk::Call const& call, Writer const& write) {
          while (!call.cancelled.stop_requested() && write("event\n")) std::this_thread::sleep_for(milliseconds(1));
          ++ended;
        };
        return response;
      },
      server_config());
  std::string got;
  auto const reply = client(client_config(served)).stream({}, to("/"), milliseconds(1000), [&](std::string_view piece) {
    got += piece;
    return got.size() < 30;
  });
  BOOST_TEST(reply.has_value());
  BOOST_TEST(eventually([&] { return ended == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
