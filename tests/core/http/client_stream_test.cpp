// Replies that the client feeds to a sink piece by piece: endless ones, silent ones, slow sinks.
#include "tests/core/http/client_fixture.hpp"

namespace conductor::http {

namespace {

using namespace testing;
using sdk::Errc;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_streams, ClientFixture)

BOOST_AUTO_TEST_CASE(feeds_an_endless_reply_to_a_sink) {
  std::atomic<int> ended{0};
  Served const served([&](sdk::Call const&, Request const& request, Caller const&) {
    if (request.path == "/none") return text_response("no such watch", 404);
    Response response;
    response.stream = [&, finite = request.path == "/finite"](sdk::Call const& call, Writer const& write) {
      for (int i = 0; (!finite || i < 3) && !call.cancelled.stop_requested() && write("event\n"); ++i)
        std::this_thread::sleep_for(milliseconds(2));
      ++ended;
    };
    return response;
  });
  auto& http = client(served.url());
  std::string got;
  auto const caller = std::this_thread::get_id();
  auto const sink = [&](std::string_view piece) {
    BOOST_TEST((std::this_thread::get_id() == caller));
    got += piece;
    return got.size() < 60;
  };
  BOOST_TEST(http.stream({}, to("/finite"), milliseconds(1000), sink)->status == 200);
  BOOST_TEST(got == "event\nevent\nevent\n");
  BOOST_TEST(http.stream({}, to("/endless"), milliseconds(1000), sink)->status == 200);
  BOOST_TEST(got.size() >= 60U);
  BOOST_TEST(eventually([&] { return ended == 2; }));
  auto const refused = http.stream({}, to("/none"), milliseconds(1000), sink);
  BOOST_TEST(refused->status == 404);
  BOOST_TEST(refused->body == "no such watch");
}

BOOST_AUTO_TEST_CASE(ends_a_stream_that_falls_silent_or_is_cancelled) {
  RawServer const server([](RawSocket& socket, int) {
    read_head(socket);
    socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
    socket.receive_all();
  });
  auto const ignore = [](std::string_view) { return true; };
  auto const silent = client(server.url()).stream({}, to("/"), milliseconds(60), ignore);
  BOOST_REQUIRE(!silent);
  BOOST_TEST((silent.error().code == Errc::timed_out));
  std::stop_source stop;
  sdk::Call call;
  call.cancelled = stop.get_token();
  auto const cancelled = client(server.url()).stream(call, to("/"), milliseconds(5000), [&](std::string_view) {
    stop.request_stop();
    return true;
  });
  BOOST_REQUIRE(!cancelled);
  BOOST_TEST((cancelled.error().code == Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(slows_a_stream_down_when_its_sink_is_slow) {
  std::string const piece(100'000, 'x');
  Served const served([&](sdk::Call const&, Request const&, Caller const&) {
    Response response;
    response.stream = [&](sdk::Call const&, Writer const& write) {
      for (int i = 0; i < 50; ++i) write(piece);
    };
    return response;
  });
  std::size_t got = 0;
  auto const reply = client(served.url()).stream({}, to("/"), milliseconds(2000), [&](std::string_view part) {
    std::this_thread::sleep_for(milliseconds(1));
    got += part.size();
    return true;
  });
  BOOST_TEST(reply.has_value());
  BOOST_TEST(got == 50 * piece.size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
