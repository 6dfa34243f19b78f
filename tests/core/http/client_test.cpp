// The client against our server, against a raw one that misbehaves, and over TLS with certificates made on the spot.
#include "core/http/client.hpp"
#include "tests/core/http/certificates.hpp"
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <set>

namespace conductor::http {

namespace {

using namespace testing;
using sdk::Errc;

bool has(std::string const& text, std::string_view what) { return text.find(what) != std::string::npos; }

sdk::HttpRequest to(std::string target, std::string method = "GET", std::string body = {}) {
  sdk::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

std::string ok(std::string const& body, std::string const& more = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

sdk::HttpConfig config_for(std::string url) {
  sdk::HttpConfig config;
  config.base_url = std::move(url);
  config.connect_timeout = config.read_timeout = milliseconds(1000);
  return config;
}

struct Fixture {
  RealClock clock;
  KeptLog log;
  std::unique_ptr<ClientPool> pool = make_client_pool(clock, log);

  sdk::HttpClient& client(sdk::HttpConfig const& config) { return pool->client(config); }
  sdk::HttpClient& client(std::string url) { return pool->client(config_for(std::move(url))); }
  sdk::Call within(milliseconds time) {
    sdk::Call call;
    call.deadline = clock.now() + time;
    return call;
  }
};

milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

Response echo(sdk::Call const&, Request const& request, Caller const&) {
  auto response = text_response(request.method + " " + request.target + " [" + request.body + "]");
  response.headers.emplace_back("X-Agent", request.header("user-agent"));
  return response;
}

// Errors of the raw server end its connection; the head of a request is enough for it.
void read_head(RawSocket& socket) { socket.receive_until("\r\n\r\n"); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client, Fixture)

BOOST_AUTO_TEST_CASE(sends_a_request_and_gives_the_reply_whatever_its_status) {
  Served const served([](sdk::Call const& call, Request const& request, Caller const& caller) {
    auto response = echo(call, request, caller);
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
    BOOST_TEST((since(begin) < milliseconds(50)));
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

namespace {

struct TlsFixture : Fixture {
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
        return echo(call, request, caller);
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
  Served const served(echo, server_config());
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
  Served const served(echo, server_config("elsewhere"));
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
  Served const served(echo, config);
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
  Served const served(echo, server_config("current"));
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
  Served const plain(echo);
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
