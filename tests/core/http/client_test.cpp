// The client against our server, and against a raw one that misbehaves.
#include "tests/core/http/client_fixture.hpp"

#include <future>
#include <set>

namespace conductor::http {

namespace {

using namespace testing;
using sdk::Errc;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client, ClientFixture)

BOOST_AUTO_TEST_CASE(sends_a_request_and_gives_the_reply_whatever_its_status) {
  Served const served([](sdk::Call const& call, Request const& request, Caller const& caller) {
    auto response = echo_with_agent(call, request, caller);
    if (request.path == "/base/none") response.status = 404;
    return response;
  });
  auto& http = client(served.url() + "/base/");
  auto const reply = http.send({}, to("/a%20b?q=%2F", "POST", "body"));
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->body == "POST /base/a%20b?q=%2F [body]");
  BOOST_TEST(reply->header("x-agent") == "conductor");
  BOOST_TEST(http.send({}, to("/none"))->status == 404);
  BOOST_TEST(http.send({}, to("/a", "HEAD"))->body.empty());
}

BOOST_AUTO_TEST_CASE(uses_a_connection_again) {
  std::atomic<int> connections{0};
  RawServer const server([&](RawSocket& socket, int) {
    ++connections;
    while (!socket.closed() && !socket.receive_until("\r\n\r\n").empty()) socket.send(ok("x"));
  });
  auto& http = client(server.url());
  for (int i = 0; i < 5; ++i) BOOST_TEST(http.send({}, to("/")).has_value());
  BOOST_TEST(connections == 1);
  pool.reset();
}

BOOST_AUTO_TEST_CASE(replaces_a_kept_connection_that_the_peer_has_closed) {
  RawServer const server([](RawSocket& socket, int) {
    read_head(socket);
    socket.send(ok("x"));
  });
  auto config = config_for(server.url());
  config.attempts = 1;
  for (int i = 0; i < 5; ++i) {
    auto const reply = client(config).send({}, to("/", i % 2 == 0 ? "GET" : "POST"));
    BOOST_TEST(reply.has_value(), (reply ? "" : reply.error().text));
    std::this_thread::sleep_for(milliseconds(5));
  }
}

BOOST_AUTO_TEST_CASE(gives_the_same_client_for_the_same_configuration) {
  auto config = config_for("http://a");
  auto& first = client(config);
  BOOST_TEST(&first == &client(config));
  config.read_timeout = milliseconds(7);
  BOOST_TEST(&first != &client(config));
}

BOOST_AUTO_TEST_CASE(says_why_a_configuration_cannot_be_used) {
  auto config = config_for("https://127.0.0.1:1");
  config.ca_file = "/nowhere/ca.pem";
  auto const reply = client(config).send({}, to("/"));
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().code == Errc::invalid));
  BOOST_TEST(has(reply.error().text, "/nowhere/ca.pem"));
  BOOST_TEST((client("nonsense").send({}, to("/")).error().code == Errc::invalid));
}

BOOST_AUTO_TEST_CASE(keeps_the_order_of_many_requests_and_the_limit_at_once) {
  std::atomic<int> now{0}, most{0};
  Served const served([&](sdk::Call const&, Request const& request, Caller const&) {
    int const running = ++now;
    for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    std::this_thread::sleep_for(milliseconds(10));
    --now;
    return text_response(request.path);
  });
  std::vector<sdk::HttpRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(to("/" + std::to_string(i)));
  auto const replies = client(served.url()).send_all({}, requests, 4);
  BOOST_REQUIRE(replies.size() == 20U);
  for (std::size_t i = 0; i < replies.size(); ++i) BOOST_TEST(replies[i]->body == "/" + std::to_string(i));
  BOOST_TEST(most == 4);
  BOOST_TEST(client(served.url()).send_all({}, {}, 4).empty());
}

BOOST_AUTO_TEST_CASE(retries_an_overloaded_peer_after_the_pause_it_asks_for) {
  std::atomic<int> asked{0};
  RawServer const server([&](RawSocket& socket, int number) {
    read_head(socket);
    ++asked;
    socket.send(number == 0 ? "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n" : ok("now"));
  });
  auto const begin = std::chrono::steady_clock::now();
  BOOST_TEST(client(server.url()).send({}, to("/"))->body == "now");
  BOOST_TEST((since(begin) >= milliseconds(950)));
  BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(hands_on_the_reply_when_the_pause_would_outlast_the_deadline) {
  std::atomic<int> asked{0};
  RawServer const server([&](RawSocket& socket, int) {
    read_head(socket);
    ++asked;
    socket.send("HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n");
  });
  auto const begin = std::chrono::steady_clock::now();
  BOOST_TEST(client(server.url()).send(within(milliseconds(2000)), to("/"))->status == 503);
  BOOST_TEST((since(begin) < milliseconds(500)));
  BOOST_TEST(client(server.url()).send({}, to("/", "POST"))->status == 503);
  BOOST_TEST(asked == 2);
}

BOOST_AUTO_TEST_CASE(repeats_only_what_may_be_repeated_when_a_reply_does_not_come) {
  std::atomic<int> asked{0};
  RawServer const server([&](RawSocket& socket, int) {
    read_head(socket);
    ++asked;
  });
  auto const get = client(server.url()).send({}, to("/secret/path?token=secret"));
  BOOST_REQUIRE(!get);
  BOOST_TEST((get.error().code == Errc::unavailable));
  BOOST_TEST(has(get.error().text, "GET 127.0.0.1:" + std::to_string(server.port()) + "/secret/path: "));
  BOOST_TEST(has(get.error().text, "(3 attempts)"));
  BOOST_TEST(!has(get.error().text, "token"));
  BOOST_TEST(asked == 3);
  BOOST_TEST(!client(server.url()).send({}, to("/", "POST")));
  BOOST_TEST(asked == 4);
}

BOOST_AUTO_TEST_CASE(refuses_replies_that_are_not_http_or_too_large) {
  std::string const replies[] = {
      "SSH-2.0-OpenSSH\r\n\r\n", ok(std::string(2000, 'x')),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x'),
      "HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x'),
      "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"};
  RawServer const server([&](RawSocket& socket, int number) {
    read_head(socket);
    socket.send(replies[number]);
  });
  auto config = config_for(server.url());
  config.max_reply_bytes = 1000;
  for (auto const& text : replies) {
    auto const reply = client(config).send({}, to("/"));
    BOOST_REQUIRE(!reply);
    BOOST_TEST((reply.error().code == Errc::invalid), text.substr(0, 40) + " " + reply.error().text);
  }
}

BOOST_AUTO_TEST_CASE(understands_replies_without_a_length_and_interim_ones) {
  RawServer const server([](RawSocket& socket, int number) {
    read_head(socket);
    if (number == 0) socket.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    if (number == 1) socket.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + ok("later"));
    if (number == 2) socket.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  auto config = config_for(server.url());
  config.attempts = 1;
  BOOST_TEST(client(config).send({}, to("/"))->body == "until the end");
  BOOST_TEST(client(config).send({}, to("/"))->body == "later");
  auto const cut = client(config).send({}, to("/"));
  BOOST_REQUIRE(!cut);
  BOOST_TEST(has(cut.error().text, "in the middle of the reply"));
}

BOOST_AUTO_TEST_CASE(gives_up_on_a_slow_peer) {
  RawServer const server([](RawSocket& socket, int) {
    read_head(socket);
    socket.send("HTTP/1.1 200 OK\r\n");
    socket.receive_all();
  });
  auto config = config_for(server.url());
  config.read_timeout = milliseconds(60);
  config.attempts = 2;
  auto const reply = client(config).send({}, to("/"));
  BOOST_REQUIRE(!reply);
  BOOST_TEST((reply.error().code == Errc::timed_out));
  BOOST_TEST(has(reply.error().text, "(2 attempts)"));
  config.read_timeout = milliseconds(5000);
  auto const begin = std::chrono::steady_clock::now();
  BOOST_TEST((client(config).send(within(milliseconds(60)), to("/")).error().code == Errc::timed_out));
  BOOST_TEST((since(begin) < milliseconds(500)));
}

BOOST_AUTO_TEST_CASE(a_reply_that_comes_too_late_is_not_taken_for_the_next_one) {
  RawServer const server([](RawSocket& socket, int number) {
    read_head(socket);
    if (number == 0) std::this_thread::sleep_for(milliseconds(150));
    socket.send(ok(number == 0 ? "late" : "mine"));
    socket.receive_all();
  });
  auto& one = client(server.url());
  BOOST_TEST((one.send(within(milliseconds(60)), to("/")).error().code == Errc::timed_out));
  std::this_thread::sleep_for(milliseconds(150));
  auto const reply = one.send(within(milliseconds(5000)), to("/"));
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->body == "mine");
}

BOOST_AUTO_TEST_CASE(returns_at_once_when_it_is_cancelled) {
  RawServer const server([](RawSocket& socket, int number) {
    read_head(socket);
    if (number == 0) socket.send("HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
    socket.receive_all();
  });
  for (int round = 0; round < 2; ++round) {  // in the pause before a retry, and while waiting for a reply
    std::stop_source stop;
    sdk::Call call;
    call.cancelled = stop.get_token();
    auto running = std::async(std::launch::async, [&] { return client(server.url()).send(call, to("/")); });
    std::this_thread::sleep_for(milliseconds(60));
    auto const begin = std::chrono::steady_clock::now();
    stop.request_stop();
    auto const reply = running.get();
    BOOST_TEST((since(begin) < milliseconds(500)));  // neither the time-out nor the pause
    BOOST_REQUIRE(!reply);
    BOOST_TEST((reply.error().code == Errc::cancelled));
  }
  pool.reset();
}

BOOST_AUTO_TEST_CASE(cancels_the_server_s_work_with_its_own) {
  std::atomic<int> entered{0}, cancelled{0};
  Served const served([&](sdk::Call const& call, Request const&, Caller const&) {
    ++entered;
    for (int i = 0; i < 2000 && !call.cancelled.stop_requested(); ++i) std::this_thread::sleep_for(milliseconds(1));
    if (call.cancelled.stop_requested()) ++cancelled;
    return text_response("");
  });
  BOOST_TEST(!client(served.url()).send(within(milliseconds(50)), to("/")));
  BOOST_TEST(eventually([&] { return cancelled == 1; }));
  BOOST_TEST(entered == 1);
}

BOOST_AUTO_TEST_CASE(leaves_a_dead_peer_alone_for_a_while) {
  auto config = config_for("http://127.0.0.1:" + std::to_string(unused_port()));
  config.attempts = 1;
  for (int i = 0; i < 5; ++i) {
    auto const reply = client(config).send({}, to("/"));
    BOOST_REQUIRE(!reply);
    BOOST_TEST((reply.error().code == Errc::unavailable));
    BOOST_TEST(has(reply.error().text, "refused"));
  }
  auto const open = client(config).send({}, to("/"));
  BOOST_REQUIRE(!open);
  BOOST_TEST(has(open.error().text, "the circuit is open"));
  std::this_thread::sleep_for(milliseconds(550));
  BOOST_TEST(!has(client(config).send({}, to("/")).error().text, "the circuit is open"));
}

BOOST_AUTO_TEST_CASE(never_follows_a_redirect) {
  std::atomic<int> asked{0};
  RawServer const server([&](RawSocket& socket, int) {
    read_head(socket);
    ++asked;
    socket.send("HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n");
  });
  BOOST_TEST(client(server.url()).send({}, to("/"))->status == 302);
  BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
