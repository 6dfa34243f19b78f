// Admissions that block: the server asks them on a thread of their own, the connections go on.
#include "core/http/errors.hpp"
#include "fixtures.hpp"
#include "raw_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace conductor::http::testing {

BOOST_AUTO_TEST_SUITE(http_admission)

namespace {

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"; }
bool is(std::string const& reply, int status) { return reply.starts_with("HTTP/1.1 " + std::to_string(status)); }

Response name_of_caller(sdk::Call const&, Request const&, Caller const& caller) { return text_response(caller.user); }

// Decided at once, except for paths that begin with /later: there by `decide`.
Admit later(std::function<Admission()> decide) {
  return [decide = std::move(decide)](Request const& head) {
    Admission admission;
    if (head.path.starts_with("/later")) admission.later = decide;
    return admission;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(others_are_served_while_an_admission_blocks) {
  std::promise<void> go;
  auto const gone = go.get_future().share();
  ServerConfig config;
  config.io_threads = 1;
  Served const served(name_of_caller, config, later([gone] {
                        gone.wait();
                        Admission admission;
                        admission.caller = {"ann", Role::reader};
                        return admission;
                      }));
  auto waiting = RawSocket::connect(served.port());
  waiting.send(get("/later"));
  auto other = RawSocket::connect(served.port());
  other.send(get("/at-once"));
  BOOST_TEST(is(other.receive_reply(), 200));
  go.set_value();
  auto const reply = waiting.receive_reply();
  BOOST_TEST(is(reply, 200));
  BOOST_TEST(reply.ends_with("\r\n\r\nann"));
}

BOOST_AUTO_TEST_CASE(a_late_refusal_ends_the_request_before_its_body_is_read) {
  std::atomic<int> handled{0};
  Served const served(
      [&](sdk::Call const& call, Request const& request, Caller const& caller) {
        ++handled;
        return name_of_caller(call, request, caller);
      },
      {}, later([] {
        Admission admission;
        admission.refused = std::make_unique<Response>(make_error(401, "who?"));
        return admission;
      }));
  auto client = RawSocket::connect(served.port());
  client.send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nsmall");
  BOOST_TEST(is(client.receive_reply(), 401));
  client.send("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(is(client.receive_all(), 401));
  BOOST_TEST(handled == 0);
}

BOOST_AUTO_TEST_CASE(a_late_admission_that_throws_is_500_and_logged) {
  Served const served(name_of_caller, {}, later([]() -> Admission { throw std::runtime_error("no random numbers"); }));
  auto client = RawSocket::connect(served.port());
  client.send(get("/later"));
  auto const reply = client.receive_reply();
  BOOST_TEST(is(reply, 500));
  BOOST_TEST(reply.find("no random numbers") == std::string::npos);
  BOOST_TEST(served.log.contains("admission of GET /later failed: no random numbers"));
}

BOOST_AUTO_TEST_CASE(stopping_waits_for_an_admission_under_way) {
  std::promise<void> begun, go;
  auto const gone = go.get_future().share();
  Served const served(name_of_caller, {}, later([&begun, gone] {
                        begun.set_value();
                        gone.wait();
                        return Admission{};
                      }));
  auto client = RawSocket::connect(served.port());
  client.send(get("/later"));
  begun.get_future().wait();
  std::jthread const stopper([&] { served.server->stop(served.clock.now() + std::chrono::minutes(1)); });
  go.set_value();
  BOOST_TEST(is(client.receive_reply(), 200));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http::testing
