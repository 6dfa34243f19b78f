// What the tests of the client share: clients of a pool, and requests.
#pragma once
#include "core/http/client.hpp"
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace conductor::http::testing {

using conductor::tests::has;

inline sdk::HttpRequest to(std::string target, std::string method = "GET", std::string body = {}) {
  sdk::HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

inline std::string ok(std::string const& body, std::string const& more = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

inline sdk::HttpConfig config_for(std::string url) {
  sdk::HttpConfig config;
  config.base_url = std::move(url);
  config.connect_timeout = config.read_timeout = milliseconds(1000);
  return config;
}

struct ClientFixture {
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

inline milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

// Errors of the raw server end its connection; the head of a request is enough for it.
inline void read_head(RawSocket& socket) { socket.receive_until("\r\n\r\n"); }

inline Response echo_with_agent(sdk::Call const&, Request const& request, Caller const&) {
  auto response = text_response(request.method + " " + request.target + " [" + request.body + "]");
  response.headers.emplace_back("X-Agent", request.header("user-agent"));
  return response;
}

}  // namespace conductor::http::testing
