// Replies that come later: nobody's thread waits, the client notices nothing.
#include "tests/core/http/fixtures.hpp"
#include "tests/core/http/raw_socket.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>

namespace conductor::http {

BOOST_AUTO_TEST_SUITE(http_later)

namespace {

using namespace testing;

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"; }
using conductor::tests::has;

// Keeps the replies that are promised until a test gives them.
class Promises {
 public:
  Response promise() {
    Response response;
    response.headers.emplace_back("X-Kind", "promised");
    response.later = [this](sdk::Call const& call, Reply const& reply) {
      std::lock_guard const lock(mutex_);
      kept_.push_back({call, reply});
    };
    return response;
  }
  std::size_t count() const {
    std::lock_guard const lock(mutex_);
    return kept_.size();
  }
  bool cancelled() const {
    std::lock_guard const lock(mutex_);
    return !kept_.empty() && kept_.front().call.cancelled.stop_requested();
  }
  void give_all(Response const& response) {
    for (auto const& each : take()) each.reply(response);
  }
  void drop_all() { take(); }

 private:
  struct Kept {
    sdk::Call call;
    Reply reply;
  };
  std::vector<Kept> take() {
    std::lock_guard const lock(mutex_);
    return std::exchange(kept_, {});
  }
  mutable std::mutex mutex_;
  std::vector<Kept> kept_;
};

// /now is answered at once, everything else when the test says so.
Handler handler_of(Promises& promises) {
  return [&promises](sdk::Call const&, Request const& request, Caller const&) {
    return request.path == "/now" ? text_response("at once") : promises.promise();
  };
}

ServerConfig one_thread() {
  ServerConfig config;
  config.handler_threads = 1;
  return config;
}

}  // namespace

BOOST_AUTO_TEST_CASE(many_replies_wait_while_one_thread_goes_on_answering) {
  Promises promises;
  Served served(handler_of(promises), one_thread());
  std::vector<RawSocket> waiting;
  for (int i = 0; i < 100; ++i) {
    waiting.push_back(RawSocket::connect(served.port()));
    waiting.back().send(get("/later"));
  }
  BOOST_TEST(eventually([&] { return promises.count() == 100; }));
  auto other = RawSocket::connect(served.port());
  other.send(get("/now"));
  BOOST_TEST(has(other.receive_reply(), "at once"));
  promises.give_all(text_response("done", 201));
  for (auto& socket : waiting) {
    auto const reply = socket.receive_reply();
    BOOST_TEST_REQUIRE(reply.starts_with("HTTP/1.1 201 "));
    BOOST_TEST(has(reply, "X-Kind: promised\r\n"));
    BOOST_TEST(reply.ends_with("\r\n\r\ndone"));
  }
}

BOOST_AUTO_TEST_CASE(requests_sent_in_one_go_are_answered_in_order) {
  Promises promises;
  Served served(handler_of(promises), one_thread());
  auto client = RawSocket::connect(served.port());
  client.send(get("/later") + get("/now"));
  BOOST_TEST(eventually([&] { return promises.count() == 1; }));
  promises.give_all(text_response("first"));
  BOOST_TEST(has(client.receive_reply(), "first"));
  BOOST_TEST(has(client.receive_reply(), "at once"));
}

BOOST_AUTO_TEST_CASE(a_reply_may_come_at_once_and_only_the_first_counts) {
  Served served([](sdk::Call const&, Request const&, Caller const&) {
    Response response;
    response.later = [](sdk::Call const&, Reply const& reply) {
      reply(text_response("first"));
      reply(text_response("second"));
    };
    return response;
  });
  auto client = RawSocket::connect(served.port());
  for (int i = 0; i < 20; ++i) {
    client.send(get("/"));
    BOOST_TEST_REQUIRE(has(client.receive_reply(), "first"));
  }
}

BOOST_AUTO_TEST_CASE(a_promise_that_is_dropped_or_fails_is_500) {
  Promises promises;
  Served served([&](sdk::Call const&, Request const& request, Caller const&) {
    if (request.path == "/dropped") return promises.promise();
    Response response;
    response.later = [](sdk::Call const&, Reply const&) { throw std::runtime_error("the reason"); };
    return response;
  });
  auto client = RawSocket::connect(served.port());
  client.send(get("/dropped"));
  BOOST_TEST(eventually([&] { return promises.count() == 1; }));
  promises.drop_all();
  BOOST_TEST(client.receive_reply().starts_with("HTTP/1.1 500 "));
  client.send(get("/failed"));
  auto const reply = client.receive_reply();
  BOOST_TEST(reply.starts_with("HTTP/1.1 500 "));
  BOOST_TEST(!has(reply, "the reason"));
  BOOST_TEST(served.log.contains("the reason"));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_cancels_the_call) {
  Promises promises;
  Served served(handler_of(promises));
  auto client = RawSocket::connect(served.port());
  client.send(get("/later"));
  BOOST_TEST(eventually([&] { return promises.count() == 1; }));
  BOOST_TEST(!promises.cancelled());
  client.close();
  BOOST_TEST(eventually([&] { return promises.cancelled(); }));
  promises.give_all(text_response("nobody reads this"));
}

BOOST_AUTO_TEST_CASE(a_server_that_stops_does_not_wait_for_promises) {
  using OnStop = std::stop_callback<std::function<void()>>;
  std::unique_ptr<OnStop> on_stop;
  std::atomic<bool> waits = false;
  Served served([&](sdk::Call const&, Request const&, Caller const&) {
    Response response;
    response.later = [&](sdk::Call const& call, Reply const& reply) {
      on_stop = std::make_unique<OnStop>(call.cancelled, [reply] { reply(text_response("as it is")); });
      waits = true;
    };
    return response;
  });
  auto client = RawSocket::connect(served.port());
  client.send(get("/later"));
  BOOST_TEST(eventually([&] { return waits.load(); }));
  // With all the time that running requests may have.
  auto const stopped =
      std::async(std::launch::async, [&] { served.server->stop(served.clock.now() + std::chrono::minutes(10)); });
  auto const reply = client.receive_all();
  BOOST_TEST(has(reply, "as it is"));
  BOOST_TEST(has(reply, "Connection: close"));
  client.close();
  stopped.wait();
}

BOOST_AUTO_TEST_CASE(a_promise_may_become_a_stream) {
  Promises promises;
  Served served(handler_of(promises));
  auto client = RawSocket::connect(served.port());
  client.send(get("/later"));
  BOOST_TEST(eventually([&] { return promises.count() == 1; }));
  Response stream;
  stream.stream = [](sdk::Call const&, Writer const& write) { write("piece"); };
  promises.give_all(stream);
  auto const reply = client.receive_until("0\r\n\r\n");
  BOOST_TEST(has(reply, "Transfer-Encoding: chunked"));
  BOOST_TEST(has(reply, "piece"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::http
