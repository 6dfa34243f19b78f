// The server as a client on the wire sees it.
#include "core/http/errors.hpp"
#include "tests/core/http/server_fixture.hpp"

namespace conductor::http {

using namespace testing;

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(keeps_a_connection_and_answers_in_order) {
  Served const served(echo);
  auto client = RawSocket::connect(served.port());
  client.send(get("/a") + post("/b", "body") + get("/c/"));
  BOOST_TEST(body_of(client.receive_reply()) == "GET /a [] ");
  BOOST_TEST(body_of(client.receive_reply()) == "POST /b [body] ");
  BOOST_TEST(body_of(client.receive_reply()) == "GET /c [] ");
  client.send(get("/d", "Connection: close\r\n"));
  auto const last = client.receive_all();
  BOOST_TEST(has(last, "Connection: close"));
  BOOST_TEST(client.closed());
}

BOOST_AUTO_TEST_CASE(gives_each_request_an_id_of_its_own) {
  std::mutex mutex;
  std::vector<std::string> ids;
  Served const served([&](sdk::Call const& call, Request const&, Caller const&) {
    std::lock_guard const lock(mutex);
    ids.push_back(call.request_id);
    return text_response("");
  });
  auto client = RawSocket::connect(served.port());
  client.send(get("/") + get("/"));
  auto const first = client.receive_reply(), second = client.receive_reply();
  BOOST_REQUIRE(ids.size() == 2U);
  BOOST_TEST(ids[0] != ids[1]);
  BOOST_TEST(has(first, "X-Conductor-Request-Id: " + ids[0] + "\r\n"));
  BOOST_TEST(has(second, "X-Conductor-Request-Id: " + ids[1] + "\r\n"));
}

BOOST_AUTO_TEST_CASE(answers_head_with_the_length_and_no_body) {
  Served const served(echo);
  auto client = RawSocket::connect(served.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
  auto const both = client.receive_until("GET /b [] ");
  BOOST_TEST(has(both, "Content-Length: 11\r\n"));
  BOOST_TEST(!has(both, "HEAD /a"));
}

BOOST_AUTO_TEST_CASE(reads_a_chunked_body) {
  Served const served(echo);
  auto client = RawSocket::connect(served.port());
  client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n");
  BOOST_TEST(body_of(client.receive_reply()) == "POST /a [abcdefg] ");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_http) {
  Served const served(echo);
  for (std::string const text :
       {"\x16\x03\x01 garbage\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    auto client = RawSocket::connect(served.port());
    client.send(text);
    client.finish_sending();
    auto const reply = client.receive_all();
    BOOST_TEST(is(reply, 400), text + " -> " + reply);
    BOOST_TEST(has(reply, "\"title\":\"Bad Request\""));
  }
}

BOOST_AUTO_TEST_CASE(closes_when_a_request_could_be_read_in_two_ways) {
  Served const served(echo);
  auto client = RawSocket::connect(served.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n" + get("/smuggled"));
  client.finish_sending();
  auto const reply = client.receive_all();
  BOOST_TEST(is(reply, 501));
  BOOST_TEST(!has(reply, "smuggled"));
}

BOOST_AUTO_TEST_CASE(refuses_a_head_that_is_too_large) {
  ServerConfig config;
  config.max_header_bytes = 1024;
  Served const served(echo, config);
  auto client = RawSocket::connect(served.port());
  client.send(get("/", "X-Long: " + std::string(2000, 'x') + "\r\n"));
  BOOST_TEST(is(client.receive_all(), 431));
}

BOOST_AUTO_TEST_CASE(refuses_a_body_that_is_too_large_before_it_comes) {
  ServerConfig config;
  config.max_body_bytes = 1000;
  Served const served(echo, config);
  auto client = RawSocket::connect(served.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
  auto const reply = client.receive_reply();
  BOOST_TEST(is(reply, 413));
  BOOST_TEST(has(reply, "larger than 1000 bytes"));
  auto chunked = RawSocket::connect(served.port());
  chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n" + std::string(4096, 'x'));
  BOOST_TEST(is(chunked.receive_reply(), 413));
}

BOOST_AUTO_TEST_CASE(gives_up_on_a_slow_head_or_body) {
  Served const served(echo, quick());
  auto head = RawSocket::connect(served.port());
  head.send("GET / HTTP/1.1\r\nHo");
  BOOST_TEST(is(head.receive_all(), 408));
  BOOST_TEST(head.closed());
  auto body = RawSocket::connect(served.port());
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  BOOST_TEST(is(body.receive_all(), 408));
}

BOOST_AUTO_TEST_CASE(counts_the_time_of_a_head_from_its_first_byte) {
  Served const served(echo, quick());
  auto client = RawSocket::connect(served.port());
  auto const begin = std::chrono::steady_clock::now();
  for (char const c : std::string("GET / HTTP/1.1\r\nX: ") + std::string(100, 'x')) {
    if (!client.send(std::string(1, c))) break;
    std::this_thread::sleep_for(milliseconds(5));
    if (std::chrono::steady_clock::now() - begin > milliseconds(250)) break;
  }
  BOOST_TEST(is(client.receive_all(), 408));
}

BOOST_AUTO_TEST_CASE(closes_an_idle_connection_without_a_word) {
  ServerConfig config;
  config.idle_timeout = milliseconds(80);
  Served const served(echo, config);
  auto client = RawSocket::connect(served.port());
  client.send(get("/"));
  client.receive_reply();
  BOOST_TEST(client.receive_all() == "");
  BOOST_TEST(client.closed());
}

BOOST_AUTO_TEST_CASE(admits_before_it_reads_the_body) {
  std::atomic<int> asked{0}, handled{0}, early{0};
  auto const admit = [&](Request const& head) {
    ++asked;
    Admission admission;
    if (!head.body.empty()) ++early;
    if (head.header("authorization").empty()) admission.refused = std::make_unique<Response>(make_error(401, "who?"));
    admission.caller = {"ann", Role::reader};
    return admission;
  };
  Served const served(
      [&](sdk::Call const& call, Request const& request, Caller const& caller) {
        ++handled;
        return echo(call, request, caller);
      },
      {}, admit);
  auto client = RawSocket::connect(served.port());
  // A small body is drained, the connection stays; a large one ends it.
  client.send(post("/a", "small"));
  BOOST_TEST(is(client.receive_reply(), 401));
  client.send(post("/a", "small", "Authorization: x\r\n"));
  BOOST_TEST(body_of(client.receive_reply()) == "POST /a [small] ann");
  client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  auto const refused = client.receive_all();
  BOOST_TEST(is(refused, 401));
  BOOST_TEST(has(refused, "Connection: close"));
  BOOST_TEST(asked == 3);
  BOOST_TEST(handled == 1);
  BOOST_TEST(early == 0);
}

BOOST_AUTO_TEST_CASE(asks_for_an_expected_body_only_after_admission) {
  auto const admit = [](Request const& head) {
    Admission admission;
    if (head.path == "/no") admission.refused = std::make_unique<Response>(make_error(401, "who?"));
    return admission;
  };
  Served const served(echo, {}, admit);
  auto client = RawSocket::connect(served.port());
  client.send("POST /yes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ab");
  BOOST_TEST(body_of(client.receive_reply()) == "POST /yes [ab] ");
  client.send("POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(is(client.receive_all(), 401));
  auto other = RawSocket::connect(served.port());
  other.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: miracles\r\n\r\nab");
  BOOST_TEST(is(other.receive_reply(), 417));
}

BOOST_AUTO_TEST_CASE(cancels_the_call_of_a_client_that_goes_away) {
  Clearance clearance;
  Served const served(waiting(clearance));
  {
    auto client = RawSocket::connect(served.port());
    client.send(get("/"));
    BOOST_TEST(eventually([&] { return clearance.entered == 1; }));
  }
  BOOST_TEST(eventually([&] { return clearance.cancelled == 1; }));
}

BOOST_AUTO_TEST_CASE(keeps_what_a_client_sends_while_a_handler_runs) {
  Clearance clearance;
  Served const served(waiting(clearance));
  auto client = RawSocket::connect(served.port());
  client.send(get("/a"));
  BOOST_TEST(eventually([&] { return clearance.entered == 1; }));
  client.send(get("/b"));
  clearance.open = true;
  BOOST_TEST(is(client.receive_reply(), 200));
  BOOST_TEST(is(client.receive_reply(), 200));
  BOOST_TEST(clearance.cancelled == 0);
}

BOOST_AUTO_TEST_CASE(turns_an_exception_into_500_with_a_reference) {
  Served const served(
      [](sdk::Call const&, Request const&, Caller const&) -> Response { throw std::runtime_error("secret detail"); });
  auto client = RawSocket::connect(served.port());
  client.send(get("/"));
  auto const reply = client.receive_reply();
  BOOST_TEST(is(reply, 500));
  BOOST_TEST(!has(reply, "secret detail"));
  BOOST_TEST(has(reply, "under request "));
  BOOST_TEST(served.log.contains("secret detail"));
}

BOOST_AUTO_TEST_CASE(lets_the_owner_shape_its_refusals) {
  ServerConfig config;
  config.error_response = [](int status, std::string const&) { return text_response("mine", status); };
  Served const served(echo, config);
  auto client = RawSocket::connect(served.port());
  client.send("nonsense\r\n\r\n");
  auto const reply = client.receive_all();
  BOOST_TEST(is(reply, 400));
  BOOST_TEST(body_of(reply) == "mine");
}

BOOST_AUTO_TEST_CASE(makes_connections_beyond_the_limit_wait) {
  ServerConfig config;
  config.max_connections = 1;
  Served const served(echo, config);
  auto first = RawSocket::connect(served.port()), second = RawSocket::connect(served.port());
  first.send(get("/a"));
  BOOST_TEST(is(first.receive_reply(), 200));
  second.send(get("/b"));
  BOOST_TEST(second.receive([](std::string const& text) { return !text.empty(); }, milliseconds(60)) == "");
  first.close();
  BOOST_TEST(is(second.receive_reply(), 200));
}

BOOST_AUTO_TEST_CASE(names_the_address_that_it_cannot_have) {
  Served const served(echo);
  ServerConfig config;
  config.port = served.port();
  RealClock clock;
  KeptLog log;
  auto const second = make_server(config, admit_all, echo, clock, log);
  auto const started = second->start();
  BOOST_REQUIRE(!started);
  BOOST_TEST(has(started.error().text, "127.0.0.1:" + std::to_string(served.port())));
  BOOST_TEST(has(started.error().text, "in use"));
}

BOOST_AUTO_TEST_CASE(survives_connections_that_are_reset) {
  Served const served(echo);
  for (int i = 0; i < 50; ++i) {
    auto client = RawSocket::connect(served.port());
    client.send(i % 2 == 0 ? get("/a") : "GET / HT");
    client.reset_on_close();
  }
  auto client = RawSocket::connect(served.port());
  client.send(get("/b"));
  BOOST_TEST(is(client.receive_reply(), 200));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
