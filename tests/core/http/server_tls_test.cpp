// Certificates that change while a server runs: the files decide, a fake clock says when they are looked at.
#include "core/http/server_tls.hpp"
#include "sdk/testing/fake_clock.hpp"
#include "tests/core/http/certificates.hpp"
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

namespace conductor::http {

namespace {

using namespace testing;
using std::chrono::seconds;

struct TlsFixture {
  TlsFixture() { certificates.issue("server", "DNS:conductor.test"); }
  TlsFiles files(std::string const& authority = {}) const {
    return {certificates.file("server.pem"), certificates.file("server.key"),
            authority.empty() ? "" : certificates.file(authority)};
  }
  Certificates certificates;
  sdk::testing::FakeClock clock;
  KeptLog log;
};

// One handshake of the given version; the error's text, or empty.
std::string handshake(std::uint16_t port, int version) {
  net::asio::io_context io;
  net::asio::ssl::context context(net::asio::ssl::context::tls_client);
  ::SSL_CTX_set_security_level(context.native_handle(), 0);  // or this side would refuse the old versions itself
  ::SSL_CTX_set_min_proto_version(context.native_handle(), version);
  ::SSL_CTX_set_max_proto_version(context.native_handle(), version);
  net::asio::ssl::stream<net::tcp::socket> stream(io, context);
  net::error_code error;
  stream.lowest_layer().connect({net::asio::ip::make_address("127.0.0.1"), port}, error);
  if (!error) stream.handshake(net::asio::ssl::stream_base::client, error);
  return error ? error.message() : std::string();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(certificates_of_the_server, TlsFixture)

BOOST_AUTO_TEST_CASE(are_read_again_when_the_files_change_but_looked_at_once_a_minute) {
  ServerTls tls(files(), clock, log);
  BOOST_REQUIRE(tls.load());
  auto const first = tls.current();
  certificates.issue("server", "DNS:renewed.test");
  clock.advance(seconds(59));
  BOOST_TEST(tls.current() == first);
  clock.advance(seconds(2));
  auto const second = tls.current();
  BOOST_TEST(second != first);
  BOOST_TEST(log.contains("the certificate has changed and is in use"));
  clock.advance(seconds(61));
  BOOST_TEST(tls.current() == second);
}

BOOST_AUTO_TEST_CASE(stay_in_use_while_a_renewal_is_not_complete) {
  ServerTls tls(files(), clock, log);
  BOOST_REQUIRE(tls.load());
  auto const first = tls.current();
  std::ofstream(certificates.file("server.pem")) << "half a certif";
  clock.advance(seconds(61));
  BOOST_TEST(tls.current() == first);
  BOOST_TEST(log.contains("cannot be used, the old one stays: cannot use the certificate"));
  certificates.issue("server", "DNS:conductor.test");
  clock.advance(seconds(61));
  BOOST_TEST(tls.current() != first);
}

BOOST_AUTO_TEST_CASE(notice_a_new_client_authority) {
  ServerTls tls(files("ca.pem"), clock, log);
  BOOST_REQUIRE(tls.load());
  auto const first = tls.current();
  Certificates const other;
  std::ofstream(certificates.file("ca.pem")) << std::ifstream(other.file("ca.pem")).rdbuf();
  clock.advance(seconds(61));
  BOOST_TEST(tls.current() != first);
}

BOOST_AUTO_TEST_CASE(are_not_asked_for_without_tls) {
  ServerTls tls({}, clock, log);
  BOOST_TEST(!!tls.load());
  BOOST_TEST(tls.current() == nullptr);
}

BOOST_AUTO_TEST_CASE(protect_only_with_versions_of_today) {
  ServerConfig config;
  config.certificate_file = certificates.file("server.pem");
  config.certificate_key_file = certificates.file("server.key");
  Served const served([](sdk::Call const&, Request const&, Caller const&) { return text_response("x"); }, config);
  BOOST_TEST(handshake(served.port(), TLS1_2_VERSION) == "");
  BOOST_TEST(handshake(served.port(), TLS1_3_VERSION) == "");
  BOOST_TEST(handshake(served.port(), TLS1_1_VERSION) != "");
  BOOST_TEST(handshake(served.port(), TLS1_VERSION) != "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
