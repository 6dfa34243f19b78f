// What the tests of the server share: requests as text, replies taken apart, and handlers.
#pragma once
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace conductor::http::testing {

// Says what it was asked.
inline Response echo(sdk::Call const&, Request const& request, Caller const& caller) {
  return text_response(request.method + " " + request.path + " [" + request.body + "] " + caller.user);
}

inline std::string get(std::string const& path, std::string const& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

inline std::string post(std::string const& path, std::string const& body, std::string const& more = {}) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
         "\r\n" + body;
}

inline std::string body_of(std::string const& reply) {
  auto const end = reply.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : reply.substr(end + 4);
}

using conductor::tests::has;
inline bool is(std::string const& reply, int status) {
  return reply.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

struct Clearance {  // a handler that waits until the test lets it go on or its call is cancelled
  std::atomic<int> entered{0}, cancelled{0};
  std::atomic<bool> open{false};
  Response operator()(sdk::Call const& call) {
    ++entered;
    while (!open && !call.cancelled.stop_requested()) std::this_thread::sleep_for(milliseconds(1));
    if (call.cancelled.stop_requested()) ++cancelled;
    return text_response("done");
  }
};

inline Handler waiting(Clearance& clearance) {
  return [&clearance](sdk::Call const& call, Request const&, Caller const&) { return clearance(call); };
}

inline ServerConfig quick() {
  ServerConfig config;
  config.header_timeout = config.body_timeout = milliseconds(100);
  return config;
}

}  // namespace conductor::http::testing
