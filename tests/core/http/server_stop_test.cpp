// How the server ends: requests under way and idle connections.
#include "tests/core/http/server_fixture.hpp"

#include <future>

namespace conductor::http {

using namespace testing;

BOOST_AUTO_TEST_SUITE(server_stops)

BOOST_AUTO_TEST_CASE(finishes_running_requests_when_it_stops) {
  Clearance clearance;
  Served const served(waiting(clearance));
  auto client = RawSocket::connect(served.port()), idle = RawSocket::connect(served.port());
  idle.send(get("/"));
  client.send(get("/"));
  BOOST_TEST(eventually([&] { return clearance.entered == 2; }));
  auto const stopped =
      std::async(std::launch::async, [&] { served.server->stop(served.clock.now() + milliseconds(3000)); });
  BOOST_TEST(eventually([&] { return !RawSocket::connect(served.port()).send("x"); }));
  clearance.open = true;
  auto const reply = client.receive_all();
  BOOST_TEST(is(reply, 200));
  BOOST_TEST(has(reply, "Connection: close"));
  idle.receive_all();
  BOOST_TEST(clearance.cancelled == 0);
  idle.close();
  client.close();
  stopped.wait();
}

BOOST_AUTO_TEST_CASE(cancels_requests_that_outlive_the_deadline_of_a_stop) {
  Clearance clearance;
  Served const served(waiting(clearance));
  auto client = RawSocket::connect(served.port());
  client.send(get("/"));
  BOOST_TEST(eventually([&] { return clearance.entered == 1; }));
  auto const begin = std::chrono::steady_clock::now();
  served.server->stop(served.clock.now() + milliseconds(50));
  BOOST_TEST(clearance.cancelled == 1);
  BOOST_TEST((std::chrono::steady_clock::now() - begin < milliseconds(2500)));
}

BOOST_AUTO_TEST_CASE(stops_at_once_when_only_idle_connections_are_left) {
  Served const served(echo);
  auto client = RawSocket::connect(served.port());
  client.send(get("/"));
  client.receive_reply();
  auto const begin = std::chrono::steady_clock::now();
  served.server->stop(served.clock.now() + milliseconds(5000));
  BOOST_TEST((std::chrono::steady_clock::now() - begin < milliseconds(500)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
