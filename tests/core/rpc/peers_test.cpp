// Who is asked directly: everybody in turn, nobody who was dead or slow a moment ago.
#include "core/rpc/peers.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(peers)

namespace {

sdk::WorkerInfo row(std::string const& id, std::string const& topics = "data", std::string const& host = "here") {
  return {.id = id,
          .seq = 1,
          .ttl_ms = 30'000,
          .info = {{"host", host},
                   {"topics", topics},
                   {"rpc_version", "1"},
                   {"rpc_unix", "unix:/run/" + id},
                   {"rpc_tls", host + ":8200"}}};
}

struct Book {
  rpc::Peers peers{"here"};
  sdk::Time now{1h};
  std::string pick(std::set<std::string> const& tried = {}) {
    auto const place = peers.pick("data", now, tried);
    return place ? place->worker : "";
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_socket_comes_before_tls_on_this_host_and_does_not_count_on_another) {
  auto const here = rpc::place_of(row("a"), "here");
  BOOST_REQUIRE(here.has_value());
  BOOST_REQUIRE(here->addresses.size() == 2U);
  BOOST_TEST(here->addresses[0].text() == "unix:/run/a");
  auto const there = rpc::place_of(row("a", "data", "there"), "here");
  BOOST_REQUIRE(there.has_value());
  BOOST_REQUIRE(there->addresses.size() == 1U);
  BOOST_TEST(there->addresses[0].text() == "there:8200");
}

BOOST_AUTO_TEST_CASE(another_version_or_no_address_is_no_peer) {
  auto other = row("a");
  other.info["rpc_version"] = "2";
  BOOST_TEST(!rpc::place_of(other, "here").has_value());
  other.info.erase("rpc_version");
  BOOST_TEST(!rpc::place_of(other, "here").has_value());
  auto silent = row("a");
  silent.info["rpc_unix"] = "nonsense";
  silent.info["rpc_tls"] = "unix:/no/tls";
  BOOST_TEST(!rpc::place_of(silent, "here").has_value());
}

BOOST_AUTO_TEST_CASE(calls_go_to_the_idlest_and_then_in_turn) {
  Book book;
  book.peers.update({row("a"), row("b"), row("c", "solver"), row("me")}, "me");
  BOOST_TEST(book.pick() == "a");
  BOOST_TEST(book.pick() == "b");
  book.peers.ended("b", 1ms);
  BOOST_TEST(book.pick() == "b");  // a is busy still
  book.peers.ended("a", 1ms);
  book.peers.ended("b", 1ms);
  BOOST_TEST(book.pick() == "a");
  BOOST_TEST(book.pick({"b"}) == "a");
  BOOST_TEST(book.pick({"a", "b"}) == "");
}

BOOST_AUTO_TEST_CASE(a_peer_that_fails_is_left_out_longer_each_time_until_it_answers) {
  Book book;
  book.peers.update({row("a")}, "me");
  for (auto const pause : {1000ms, 2000ms, 4000ms}) {
    BOOST_REQUIRE(book.pick() == "a");
    book.peers.failed("a", book.now, "refused");
    book.now += pause - 1ms;
    BOOST_TEST(book.pick() == "");
    BOOST_TEST(book.peers.report(book.now).at(0).left_out);
    book.now += 1ms;
  }
  BOOST_REQUIRE(book.pick() == "a");
  book.peers.ended("a", 5ms);
  BOOST_REQUIRE(book.pick() == "a");
  book.peers.failed("a", book.now, "refused");
  book.now += 1000ms;
  BOOST_TEST(book.pick() == "a");
  BOOST_TEST(book.peers.report(book.now).at(0).failures == 4);
  BOOST_TEST(book.peers.report(book.now).at(0).last_error == "refused");
}

BOOST_AUTO_TEST_CASE(a_worker_whose_row_is_gone_is_forgotten_once_its_calls_have_ended) {
  Book book;
  book.peers.update({row("a")}, "me");
  BOOST_REQUIRE(book.pick() == "a");
  BOOST_TEST(book.peers.update({}, "me").empty());
  book.peers.ended("a", 1ms);
  BOOST_TEST(book.peers.update({}, "me") == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  BOOST_TEST(book.pick() == "");
}

BOOST_AUTO_TEST_CASE(the_slowest_is_reported_first) {
  Book book;
  book.peers.update({row("a"), row("b")}, "me");
  BOOST_REQUIRE(book.pick() == "a");
  BOOST_REQUIRE(book.pick() == "b");
  book.peers.ended("a", 10ms);
  book.peers.ended("b", 20ms);
  auto const report = book.peers.report(book.now);
  BOOST_TEST(report.at(0).worker == "b");
  BOOST_TEST(report.at(0).mean_ms == 20.0);
  BOOST_TEST(report.at(1).calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()
