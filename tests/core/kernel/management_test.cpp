// The management listener over a loopback socket.
#include "core/kernel/management.hpp"

#include "core/config/options.hpp"
#include "core/work/system_clock.hpp"
#include "tests/core/config/folder.hpp"
#include "tests/core/http/raw_socket.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <latch>

namespace conductor::kernel::test {

BOOST_AUTO_TEST_SUITE(kernel_management)

namespace {

struct Listening {
  explicit Listening(std::string const& text, std::size_t entry = 0)
      : loaded(config::test::load_text(catalogue(), text)), management(loaded.config, entry, metrics, clock) {}
  static config::Catalogue catalogue() {
    config::Catalogue made;
    config::declare_core(made);
    return made;
  }
  std::string get(std::string const& path) {
    auto socket = http::testing::RawSocket::connect(management.port());
    socket.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return socket.receive_reply();
  }

  config::Loaded loaded;
  metrics::Registry metrics;
  work::SystemClock clock;
  Management management;
};

using conductor::tests::has;

constexpr auto any_port = "[prometheus]\nenabled = true\nmetrics_port = 1,0\n";

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_off_unless_enabled) {
  Listening listening("");
  BOOST_TEST(!!listening.management.start());
  BOOST_TEST(listening.management.port() == 0);
}

BOOST_AUTO_TEST_CASE(it_shows_the_metrics_of_the_process) {
  Listening listening(any_port, 1);
  BOOST_REQUIRE(listening.management.start());
  listening.metrics.counter("conductor_tests_total", "Tests.").add(3);
  auto const reply = listening.get("/metrics");
  BOOST_TEST(has(reply, "HTTP/1.1 200 "));
  BOOST_TEST(has(reply, "Content-Type: text/plain; version=0.0.4"));
  BOOST_TEST(has(reply, "conductor_tests_total 3\n"));
}

BOOST_AUTO_TEST_CASE(it_lives_before_it_is_ready) {
  Listening listening(any_port, 1);
  BOOST_REQUIRE(listening.management.start());
  BOOST_TEST(has(listening.get("/healthz"), "HTTP/1.1 200 "));
  auto reply = listening.get("/readyz");
  BOOST_TEST(has(reply, "HTTP/1.1 503 "));
  BOOST_TEST(has(reply, R"({"ready":false,"reasons":["process: it is starting"]})"));
  listening.management.set_readiness([](sdk::Call const&) { return std::vector<std::string>{"store: no answer"}; });
  BOOST_TEST(has(listening.get("/readyz"), R"({"ready":false,"reasons":["store: no answer"]})"));
  listening.management.set_readiness([](sdk::Call const&) { return std::vector<std::string>(); });
  reply = listening.get("/readyz");
  BOOST_TEST(has(reply, "HTTP/1.1 200 "));
  BOOST_TEST(has(reply, R"({"ready":true})"));
}

BOOST_AUTO_TEST_CASE(it_lives_while_all_readiness_checks_wait) {
  Listening listening(any_port, 1);
  BOOST_REQUIRE(listening.management.start());
  std::latch asked(1), released(1);
  listening.management.set_readiness([&, first = true](sdk::Call const&) mutable {
    if (std::exchange(first, false)) asked.count_down();
    released.wait();
    return std::vector<std::string>();
  });
  std::vector<http::testing::RawSocket> probes;
  for (int i = 0; i < 2; ++i) {
    probes.push_back(http::testing::RawSocket::connect(listening.management.port()));
    probes.back().send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  asked.wait();
  BOOST_TEST(has(listening.get("/healthz"), "HTTP/1.1 200 "));
  released.count_down();
  for (auto& probe : probes) BOOST_TEST(has(probe.receive_reply(), "HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(it_answers_other_paths_with_the_error_document) {
  Listening listening(any_port, 1);
  BOOST_REQUIRE(listening.management.start());
  BOOST_TEST(has(listening.get("/v1/plans"), R"("code":404)"));
}

BOOST_AUTO_TEST_CASE(each_service_has_a_port_of_its_own) {
  std::vector<std::string> const ports{"8000", "8001", "x", "65536", ""};
  BOOST_TEST(*metrics_port(ports, 1) == 8001);
  for (std::size_t const entry : {2U, 3U, 4U})
    BOOST_TEST(has(metrics_port(ports, entry).error().text, "'" + ports[entry] + "' is no port"));
  BOOST_TEST(has(metrics_port({"8000"}, 4).error().text, "has 1 ports and this service takes number 5"));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_names_the_options_to_change) {
  http::testing::RawServer const other([](http::testing::RawSocket&, int) {});
  Listening listening("[prometheus]\nenabled = true\nmetrics_port = " + std::to_string(other.port()) + "\n");
  auto const started = listening.management.start();
  BOOST_REQUIRE(!started);
  BOOST_TEST(has(started.error().text, "[prometheus] bind_host, metrics_port"));
  BOOST_TEST(has(started.error().text, std::to_string(other.port()) + " is in use"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::kernel::test
