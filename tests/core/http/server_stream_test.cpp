// Streamed replies as a client on the wire sees them.
#include "tests/core/http/server_fixture.hpp"

namespace conductor::http {

using namespace testing;

BOOST_AUTO_TEST_SUITE(server_streams)

BOOST_AUTO_TEST_CASE(streams_a_reply_in_chunks) {
  std::atomic<bool> endless{false};
  Served const served([&](sdk::Call const&, Request const&, Caller const&) {
    Response response;
    response.stream = [&](sdk::Call const& call, Writer const& write) {
      endless = call.deadline == sdk::Time::max();
      write("one");
      std::this_thread::sleep_for(milliseconds(30));
      write("two");
    };
    return response;
  });
  auto client = RawSocket::connect(served.port());
  client.send(get("/"));
  auto const reply = client.receive_until("0\r\n\r\n");
  BOOST_TEST(has(reply, "Transfer-Encoding: chunked\r\n"));
  BOOST_TEST(body_of(reply) == "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
  client.send("GET / HTTP/1.0\r\n\r\n");
  BOOST_TEST(body_of(client.receive_all()) == "onetwo");
  BOOST_TEST(endless);
}

BOOST_AUTO_TEST_CASE(ends_a_stream_whose_client_goes_away_or_does_not_read) {
  std::atomic<int> ended{0};
  std::atomic<std::size_t> accepted{0};
  ServerConfig config;
  config.write_timeout = milliseconds(200);
  Served const served(
      [&](sdk::Call const&, Request const& request, Caller const&) {
        Response response;
        bool const flood = request.path == "/flood";
        response.stream = [&, flood](sdk::Call const& call, Writer const& write) {
          std::string const piece(flood ? 100'000 : 1, 'x');
          for (; !call.cancelled.stop_requested() && write(piece); accepted += piece.size())
            if (!flood) std::this_thread::sleep_for(milliseconds(2));
          ++ended;
        };
        return response;
      },
      config);
  {
    auto client = RawSocket::connect(served.port());
    client.send(get("/trickle"));
    client.receive_until("x\r\n");
  }
  BOOST_TEST(eventually([&] { return ended == 1; }));
  auto deaf = RawSocket::connect(served.port());
  deaf.send(get("/flood"));
  BOOST_TEST(eventually([&] { return ended == 2; }));
  BOOST_TEST(accepted < 64U << 20U);
}

BOOST_AUTO_TEST_CASE(limits_the_streams_at_once) {
  ServerConfig config;
  config.max_streams = 1;
  Served const served(
      [](sdk::Call const&, Request const&, Caller const&) {
        Response response;
        response.stream = [](sdk::Call const& call, Writer const& write) {
          write("begin");
          while (!call.cancelled.stop_requested()) std::this_thread::sleep_for(milliseconds(1));
        };
        return response;
      },
      config);
  auto first = RawSocket::connect(served.port()), second = RawSocket::connect(served.port());
  first.send(get("/"));
  BOOST_TEST(has(first.receive_until("begin"), "begin"));
  second.send(get("/"));
  auto const refused = second.receive_reply();
  BOOST_TEST(is(refused, 503));
  BOOST_TEST(has(refused, "Retry-After: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
