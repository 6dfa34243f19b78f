// Direct calls between processes, over a network inside the test: they go past the store, end where they should, and
// fall back to the store when no peer answers.
#include "core/rpc/bus.hpp"
#include "tests/core/rpc/direct_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::direct;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(direct_calls)

BOOST_FIXTURE_TEST_CASE(an_answer_comes_back_with_the_callers_ids_over_one_connection, Pair) {
  server.start();
  auto call = world.call();
  call.plan_id = "p1";
  call.transaction_id = "t1";
  for (auto const& args : {value(object{}), value(nullptr), value(object{{"big", std::string(8U << 20U, 'x')}})}) {
    auto const answer = client.ask(call, "echo", args);
    BOOST_REQUIRE((answer && answer->has_value()));
    BOOST_TEST(((*answer)->at("args") == args));
    BOOST_TEST(((*answer)->at("plan") == "p1"));
    BOOST_TEST(((*answer)->at("request") == "test"));
    BOOST_TEST(((*answer)->at("transaction") == "t1"));
  }
  BOOST_TEST(network.dialled == 1);
  BOOST_TEST(world.memory.count(world.call(), "messages", {}).value == 0);
  auto const reports = client.caller.report();
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST(reports[0].calls == 3);
  BOOST_TEST(reports[0].address == "unix:/net/one");
}

BOOST_FIXTURE_TEST_CASE(errors_keep_their_code_and_are_no_reason_to_ask_elsewhere, Pair) {
  server.methods.add("data", "deny", [](sdk::Call const&, value const&) -> sdk::Result<value> {
    return sdk::Error{sdk::Errc::unavailable, "no: really"};
  });
  server.start();
  auto const answer = client.ask(world.call(), "deny");
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->error() == sdk::Error{sdk::Errc::unavailable, "no: really"}));
  BOOST_TEST((client.ask(world.call(), "nothing")->error().code == sdk::Errc::unsupported));
}

BOOST_FIXTURE_TEST_CASE(many_calls_at_once_share_a_connection_and_get_their_own_answers, Pair) {
  server.start();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          auto const answer = client.ask(world.call(), "echo", value(t * 100 + i));
          right += answer && answer->has_value() && (*answer)->at("args") == t * 100 + i ? 1 : 0;
        }
      });
  }
  BOOST_TEST(right == 400);
  BOOST_TEST(network.dialled == 1);
}

BOOST_FIXTURE_TEST_CASE(two_servers_share_the_calls, Pair) {
  Server two(world, network, "two");
  server.start();
  two.start();
  for (int i = 0; i < 10; ++i) BOOST_REQUIRE(client.ask(world.call(), "echo", value(i)).has_value());
  auto const reports = client.caller.report();
  BOOST_REQUIRE(reports.size() == 2U);
  BOOST_TEST(reports[0].calls == 5);
  BOOST_TEST(reports[1].calls == 5);
}

BOOST_FIXTURE_TEST_CASE(cancellation_reaches_the_server, WorkingPair) {
  server.start();
  std::stop_source stop;
  auto call = world.call();
  call.cancelled = stop.get_token();
  auto thread = begin_work(call);
  stop.request_stop();
  thread.join();
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->error() == sdk::Error{sdk::Errc::cancelled, "data.work was cancelled"}));
  BOOST_TEST(eventually([&] { return gate.stopped == 1; }));
}

BOOST_FIXTURE_TEST_CASE(the_deadline_travels_along_and_ends_the_call, WorkingPair) {
  std::atomic<std::int64_t> left = 0;
  server.methods.add("data", "work", [&](sdk::Call const& call, value const& args) {
    left = std::chrono::duration_cast<std::chrono::milliseconds>(call.remaining(world.clock())).count();
    return gate.method()(call, args);
  });
  server.start();
  auto thread = begin_work(world.call().within(world.clock(), 3s));
  BOOST_TEST(left == 3000);
  BOOST_REQUIRE(eventually_with_time(world, [&] { return done.load(); }));
  thread.join();
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->error().code == sdk::Errc::timed_out));
  BOOST_TEST(answer->error().text.starts_with("data.work was taken but not answered within"), answer->error().text);
  BOOST_TEST(eventually([&] { return gate.stopped == 1; }));
}

BOOST_FIXTURE_TEST_CASE(a_stale_row_costs_one_try_and_is_then_left_out, Pair) {
  server.start();
  network.unplug(server.path());
  BOOST_TEST(!client.ask(world.call(), "echo").has_value());
  BOOST_TEST(!client.ask(world.call(), "echo").has_value());
  BOOST_TEST(network.dialled == 1);
  server.network.listen(server.path(),
                        [&](rpc::DirectServer::Opening opening) { server.server.connect(std::move(opening)); });
  world.clock().advance(1s);
  BOOST_TEST(client.ask(world.call(), "echo").has_value());
}

BOOST_AUTO_TEST_CASE(who_says_another_name_or_version_is_not_asked) {
  World world;
  Network network;
  Server other(world, network, "other"), next_release(world, network, "next");
  other.start();
  network.listen("/net/one", [&](rpc::DirectServer::Opening opening) { other.server.connect(std::move(opening)); });
  BOOST_REQUIRE(static_cast<bool>(world.memory.worker_close(world.call(), "other")));
  BOOST_REQUIRE(static_cast<bool>(world.memory.worker_register(
      world.call(),
      {.id = "one",
       .seq = 0,
       .ttl_ms = 30'000,
       .info = {{"host", "here"}, {"topics", "data"}, {"rpc_version", "1"}, {"rpc_unix", "unix:/net/one"}}})));
  next_release.start("2");
  Client client(world, network);
  BOOST_TEST(!client.ask(world.call(), "echo").has_value());
  BOOST_REQUIRE(client.caller.report().size() == 1U);
  BOOST_TEST(client.caller.report()[0].last_error == "unix:/net/one: the peer is other, expected one");
}

BOOST_FIXTURE_TEST_CASE(when_a_server_dies_with_a_call_another_one_answers_it, WorkingPair) {
  server.start();
  auto thread = begin_work(world.call(), value(7));
  network.unplug(server.path());
  network.cut();
  thread.join();
  BOOST_TEST(!answer.has_value());  // by the store, then
  BOOST_TEST(eventually([&] { return gate.stopped == 1; }));

  Server two(world, network, "two");
  two.methods.add("data", "work", [](sdk::Call const&, value const& args) -> sdk::Result<value> { return args; });
  two.start();
  world.clock().advance(11s);
  answer = client.ask(world.call(), "work", value(7));
  BOOST_REQUIRE((answer && answer->has_value()));
  BOOST_TEST((**answer == 7));
}

BOOST_FIXTURE_TEST_CASE(a_server_that_falls_silent_is_given_up_long_before_the_deadline, WorkingPair) {
  server.start();
  auto const began = world.clock().now();
  auto thread = begin_work(world.call().within(world.clock(), 50s));
  network.swallow();
  BOOST_REQUIRE(eventually_with_time(world, [&] { return done.load(); }));
  thread.join();
  BOOST_TEST(!answer.has_value());
  BOOST_TEST((world.clock().now() - began < 40s));
  BOOST_TEST(client.caller.report()[0].last_error == "it has been silent for 5000 ms");
}

BOOST_FIXTURE_TEST_CASE(a_slow_method_of_a_living_server_is_waited_for, WorkingPair) {
  server.start();
  auto call = world.call();
  call.deadline = world.clock().now() + 1h;
  auto thread = begin_work(call, value(1));
  // Many times the allowed silence: pings are answered in between.
  for (int i = 0; i < 300; ++i) {
    world.clock().advance(100ms);
    std::this_thread::sleep_for(1ms);
  }
  gate.let_go();
  thread.join();
  BOOST_REQUIRE((answer && answer->has_value()));
  BOOST_TEST((**answer == 1));
}

BOOST_AUTO_TEST_CASE(a_server_with_too_many_waiting_refuses_and_the_next_one_is_asked) {
  World world;
  Network network;
  Server full(world, network, "full", 0);
  full.start();
  Client client(world, network);
  BOOST_TEST(!client.ask(world.call(), "echo").has_value());
  BOOST_TEST(client.caller.report()[0].last_error == "overloaded: too many requests wait for topic 'data'");
  BOOST_TEST(client.caller.report()[0].failures == 0);
  Server idle(world, network, "idle");
  idle.start();
  world.clock().advance(11s);
  for (int i = 0; i < 4; ++i) {
    world.clock().advance(1s);
    BOOST_TEST(client.ask(world.call(), "echo").has_value());
  }
}

BOOST_FIXTURE_TEST_CASE(a_server_that_ends_finishes_what_it_has_and_sends_callers_elsewhere, WorkingPair) {
  Server two(world, network, "two");
  server.start();
  auto thread = begin_work(world.call(), value(7));
  std::jthread draining([&] { server.server.drain(std::chrono::steady_clock::now() + 20s); });
  // New calls are not served there any more.
  BOOST_REQUIRE(eventually([&] {
    world.clock().advance(300ms);
    return !client.ask(world.call(), "echo").has_value();
  }));
  two.start();
  world.clock().advance(11s);
  BOOST_TEST(client.ask(world.call(), "echo").has_value());
  gate.let_go();
  thread.join();
  draining.join();
  BOOST_REQUIRE((answer && answer->has_value()));
  BOOST_TEST((**answer == 7));
  BOOST_TEST(gate.stopped == 0);
}

BOOST_FIXTURE_TEST_CASE(frames_and_fields_of_a_newer_release_are_ignored, Pair) {
  server.start();
  Stranger stranger(network, server.path());
  stranger.send({{"kind", "greeting"}, {"x", 1}});
  stranger.send({{"kind", "request"},
                 {"id", "m1"},
                 {"topic", "data"},
                 {"method", "echo"},
                 {"args", 5},
                 {"deadline_ms", 1000},
                 {"colour", "blue"}});
  std::vector<std::string> kinds;
  while (kinds.size() < 3) kinds.push_back(rpc::text_of(stranger.next(), "kind"));
  BOOST_TEST(kinds == (std::vector<std::string>{"hello", "taken", "answer"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_peers_deadline_may_be_any_number, Pair) {
  server.methods.add("data", "left", [&](sdk::Call const& call, value const&) -> sdk::Result<value> {
    return value(std::chrono::duration_cast<std::chrono::seconds>(call.remaining(world.clock())).count());
  });
  server.start();
  Stranger stranger(network, server.path());
  auto const left = [&](value const& deadline_ms) {
    stranger.send({{"kind", "request"},
                   {"id", sdk::random_id()},
                   {"topic", "data"},
                   {"method", "left"},
                   {"deadline_ms", deadline_ms}});
    while (true)
      if (auto const frame = stranger.next(); rpc::text_of(frame, "kind") == "answer")
        return rpc::value_of(frame, "reply");
  };
  auto const a_year = value(std::chrono::seconds(std::chrono::years(1)).count());
  BOOST_TEST(left(5000) == 5);
  BOOST_TEST(left(std::numeric_limits<std::int64_t>::max()) == a_year);
  BOOST_TEST(left(std::numeric_limits<std::uint64_t>::max()) == a_year);
  BOOST_TEST(left(std::numeric_limits<std::int64_t>::max() / 1'000'000) == a_year);
  BOOST_TEST(left(std::numeric_limits<std::int64_t>::min()) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_peer_that_sends_garbage_is_cut_off_and_the_others_are_served, Pair) {
  server.start();
  auto channel = network.dial(server.path());
  BOOST_REQUIRE((*channel)->write("GET / HTTP/1.1\r\n\r\n", 1s));
  std::string last = "x";
  while (!last.empty()) last = *(*channel)->read();  // hello, then the end
  BOOST_TEST(client.ask(world.call(), "echo").has_value());
}

BOOST_FIXTURE_TEST_CASE(the_store_is_asked_for_peers_only_now_and_then, Pair) {
  server.start();
  BOOST_REQUIRE(client.ask(world.call(), "echo").has_value());
  int const calls = world.store.calls;
  for (int i = 0; i < 20; ++i) BOOST_REQUIRE(client.ask(world.call(), "echo").has_value());
  BOOST_TEST(world.store.calls == calls);
  // And when it is down, those who are known are asked still.
  world.store.down = true;
  world.clock().advance(30s);
  BOOST_TEST(client.ask(world.call(), "echo").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
