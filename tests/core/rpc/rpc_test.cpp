// Calls between roles: at once in one process, and as rows of the store between two.
#include "core/rpc/bus.hpp"
#include "core/rpc/sweeper.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;
using namespace std::chrono_literals;
using boost::json::object;
using boost::json::value;

namespace {

struct Peer : Process {
  explicit Peer(World& world, rpc::BusConfig config = {}, bool announced = false)
      : Process(world, std::chrono::seconds(30), announced) {
    config.notifier = &plans.notifier();
    bus = rpc::make_bus(config, world.store, *lease, world.clock(), world.log());
  }
  std::unique_ptr<rpc::RunningBus> bus;
};

sdk::Result<value> echo_all(sdk::Call const& call, value const& args) {
  return value(object{
      {"args", args}, {"plan", call.plan_id}, {"request", call.request_id}, {"transaction", call.transaction_id}});
}

// Works until it is stopped, and says why it ended.
rpc::Method endless(std::atomic<int>& started, std::atomic<int>& stopped) {
  return [&](sdk::Call const& call, value const&) -> sdk::Result<value> {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    ++started;
    never.wait(lock, call.cancelled, [] { return false; });
    ++stopped;
    return sdk::Error{sdk::Errc::cancelled, "stopped"};
  };
}

std::int64_t messages_in(World& world) { return world.memory.count(world.call(), "messages", {}).value; }

}  // namespace

BOOST_AUTO_TEST_SUITE(local_calls)

BOOST_AUTO_TEST_CASE(a_topic_served_here_is_called_without_the_store) {
  World world;
  Peer peer(world);
  peer.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(peer.bus->start().has_value());
  BOOST_REQUIRE(eventually([&] { return peer.plans.notifier().watching(); }));
  std::this_thread::sleep_for(20ms);
  int const calls = world.store.calls;
  auto call = world.call();
  call.plan_id = "p1";
  auto const answer = peer.bus->call(call, "data", "echo", object{{"x", 1}});
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->at("args").at("x") == 1));
  BOOST_TEST((answer->at("plan") == "p1"));
  BOOST_TEST(world.store.calls == calls);
}

BOOST_AUTO_TEST_CASE(errors_and_exceptions_come_back_as_errors) {
  World world;
  Peer peer(world);
  peer.bus->serve("data", "deny", [](sdk::Call const&, value const&) -> sdk::Result<value> {
    return sdk::Error{sdk::Errc::denied, "no: really"};
  });
  peer.bus->serve("data", "throw",
                  [](sdk::Call const&, value const&) -> sdk::Result<value> { throw std::runtime_error("boom"); });
  BOOST_REQUIRE(peer.bus->start().has_value());
  BOOST_TEST((peer.bus->call(world.call(), "data", "deny", {}).error() == sdk::Error{sdk::Errc::denied, "no: really"}));
  BOOST_TEST((peer.bus->call(world.call(), "data", "throw", {}).error() ==
              sdk::Error{sdk::Errc::internal, "data.throw failed: boom"}));
  BOOST_TEST((peer.bus->call(world.call(), "data", "nothing", {}).error().code == sdk::Errc::unsupported));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(calls_over_the_store)

BOOST_AUTO_TEST_CASE(an_answer_comes_back_with_the_callers_ids_and_leaves_no_message) {
  World world;
  Peer caller(world), server(world);
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  BOOST_REQUIRE(caller.bus->start().has_value());
  auto call = world.call();
  call.plan_id = "p1";
  call.transaction_id = "t1";
  for (auto const& args : {value(object{}), value(nullptr), value(object{{"x", 1}}),
                           value(object{{"big", std::string(8U << 20U, 'x')}})}) {
    auto const answer = caller.bus->call(call, "data", "echo", args);
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST((answer->at("args") == args));
    BOOST_TEST((answer->at("plan") == "p1"));
    BOOST_TEST((answer->at("request") == "test"));
    BOOST_TEST((answer->at("transaction") == "t1"));
  }
  BOOST_TEST(messages_in(world) == 0);
}

BOOST_AUTO_TEST_CASE(errors_keep_their_code_and_text) {
  World world;
  Peer caller(world), server(world);
  server.bus->serve("data", "deny", [](sdk::Call const&, value const&) -> sdk::Result<value> {
    return sdk::Error{sdk::Errc::denied, "no: really"};
  });
  BOOST_REQUIRE(server.bus->start().has_value());
  BOOST_TEST(
      (caller.bus->call(world.call(), "data", "deny", {}).error() == sdk::Error{sdk::Errc::denied, "no: really"}));
  BOOST_TEST(messages_in(world) == 0);
}

BOOST_AUTO_TEST_CASE(many_calls_at_once_get_their_own_answers) {
  World world;
  Peer caller(world), server(world);
  server.bus->serve("data", "echo", echo_all);
  server.bus->workers("data", 4);
  BOOST_REQUIRE(server.bus->start().has_value());
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          auto const answer = caller.bus->call(world.call(), "data", "echo", value(t * 100 + i));
          right += answer.has_value() && answer->at("args") == t * 100 + i ? 1 : 0;
        }
      });
  }
  BOOST_TEST(right == 200);
}

BOOST_AUTO_TEST_CASE(a_call_that_nobody_serves_times_out_with_a_remedy_and_is_taken_back) {
  World world;
  Peer caller(world);
  auto call = world.call();
  call.deadline = world.clock().now() + 10s;
  sdk::Result<value> answer = value();
  std::atomic<bool> done = false;
  std::jthread const thread([&] {
    answer = caller.bus->call(call, "data", "echo", {});
    done = true;
  });
  BOOST_REQUIRE(eventually([&] { return messages_in(world) == 1; }));
  BOOST_REQUIRE(eventually_with_time(world, [&] { return done.load(); }));
  BOOST_TEST((answer.error().code == sdk::Errc::timed_out));
  BOOST_TEST(answer.error().text ==
             "nobody answered data.echo within 10 s; a process that serves topic 'data' must run on this store");
  BOOST_TEST(messages_in(world) == 0);
}

BOOST_AUTO_TEST_CASE(a_call_that_finds_too_many_waiting_is_refused_at_once_and_served_later) {
  World world;
  rpc::BusConfig config;
  config.max_waiting = 3;
  Peer caller(world, config), server(world);
  rpc::Messages messages(world.store, caller.plans.notifier(), world.clock());
  for (std::string const id : {"1", "2", "3"})
    BOOST_REQUIRE(messages.send(world.call(), {.id = id, .topic = "data", .method = "echo", .reply_to = "x"}, value(1))
                      .has_value());
  auto const refused = caller.bus->call(world.call(), "data", "echo", {});
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == sdk::Errc::unavailable));
  BOOST_TEST(refused.error().text.starts_with("data.echo: overloaded, 3 messages wait for topic 'data'"),
             refused.error().text);
  BOOST_TEST(messages_in(world) == 3);
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  BOOST_REQUIRE(eventually([&] { return messages.count_waiting(world.call(), "data").value == 0; }));
  world.clock().advance(1s);
  BOOST_TEST(caller.bus->call(world.call(), "data", "echo", {}).has_value());
}

BOOST_AUTO_TEST_CASE(calls_under_way_count_as_waiting_so_that_callers_are_bounded_too) {
  World world;
  rpc::BusConfig config;
  config.max_waiting = 2;
  Peer caller(world, config), server(world);
  std::atomic<int> started = 0, stopped = 0;
  server.bus->serve("data", "work", endless(started, stopped));
  server.bus->workers("data", 2);
  BOOST_REQUIRE(server.bus->start().has_value());
  std::stop_source stop;
  auto call = world.call();
  call.cancelled = stop.get_token();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back([&] { caller.bus->call(call, "data", "work", {}); });
    BOOST_REQUIRE(eventually([&] { return started == 2; }));
    BOOST_TEST((caller.bus->call(world.call(), "data", "work", {}).error().code == sdk::Errc::unavailable));
    stop.request_stop();
  }
  BOOST_TEST(eventually([&] { return stopped == 2; }));
}

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_stops_the_server_and_leaves_no_message) {
  World world;
  Peer caller(world), server(world);
  std::atomic<int> started = 0, stopped = 0;
  server.bus->serve("data", "work", endless(started, stopped));
  BOOST_REQUIRE(server.bus->start().has_value());
  std::stop_source stop;
  auto call = world.call();
  call.cancelled = stop.get_token();
  sdk::Result<value> answer = value();
  std::atomic<bool> done = false;
  std::jthread const thread([&] {
    answer = caller.bus->call(call, "data", "work", {});
    done = true;
  });
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  stop.request_stop();
  // The clock stands still: no pause has passed.
  BOOST_REQUIRE(eventually([&] { return stopped == 1 && done; }));
  BOOST_TEST((answer.error().code == sdk::Errc::cancelled));
  BOOST_TEST(eventually([&] { return messages_in(world) == 0; }));
}

BOOST_AUTO_TEST_CASE(a_message_of_a_dead_server_is_answered_by_another) {
  World world;
  Peer caller(world), first(world);
  auto second = std::make_unique<Peer>(world);
  std::atomic<int> started = 0, stopped = 0;
  second->bus->serve("data", "work", endless(started, stopped));
  BOOST_REQUIRE(second->bus->start().has_value());
  sdk::Result<value> answer = sdk::Error{};
  std::atomic<bool> done = false;
  std::jthread const thread([&] {
    answer = caller.bus->call(world.call(), "data", "work", object{{"x", 1}});
    done = true;
  });
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  // For the others it is dead: its row is gone, its message stays in work.
  BOOST_REQUIRE(static_cast<bool>(world.memory.worker_close(world.call(), second->lease->id())));
  first.bus->serve("data", "work", [](sdk::Call const&, value const& args) -> sdk::Result<value> { return args; });
  BOOST_REQUIRE(first.bus->start().has_value());
  BOOST_REQUIRE(eventually_with_time(
      world, [&] { return done.load(); }, 200ms));
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->at("x") == 1));
  BOOST_TEST(eventually([&] { return stopped == 1; }));
}

BOOST_AUTO_TEST_CASE(the_loser_of_a_race_for_a_message_takes_it_over_when_the_winner_dies) {
  World world;
  // Another server claims the message between the moment that ours has chosen it and its claim, and is never heard of
  // again.
  std::atomic<bool> won = false;
  world.store.before_update = [&](std::string_view id, sdk::Values const&) {
    if (!won)
      won = overwrite(world, "messages", id,
                      {{"status", "working"}, {"claim", "winner/1"}, {"fencing", std::int64_t{1}}});
  };
  Peer caller(world), server(world);
  BOOST_REQUIRE(caller.bus->start().has_value());
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  std::atomic<bool> answered = false;
  auto patient = world.call();
  patient.deadline += 1h;
  std::jthread const calling([&] { answered = caller.bus->call(patient, "data", "echo", object{}).has_value(); });
  BOOST_TEST(eventually_with_time(
      world, [&] { return answered.load(); }, 200ms));
  BOOST_TEST(won);
}

// As the processes of the product do, it registers its lease when it begins to serve.
BOOST_AUTO_TEST_CASE(a_message_that_waits_for_a_server_is_taken_at_its_start_while_no_time_passes) {
  World world;
  Peer caller(world);
  BOOST_REQUIRE(caller.bus->start().has_value());
  std::atomic<bool> answered = false;
  std::jthread const calling([&] { answered = caller.bus->call(world.call(), "data", "echo", object{}).has_value(); });
  BOOST_REQUIRE(eventually([&] { return messages_in(world) == 1; }));
  Peer server(world, {}, true);
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  BOOST_TEST(eventually([&] { return answered.load(); }));
  if (!answered) world.clock().advance(2min);
}

BOOST_AUTO_TEST_CASE(a_server_that_ends_puts_its_message_back) {
  World world;
  Peer caller(world), server(world), next(world);
  std::atomic<int> started = 0, stopped = 0;
  server.bus->serve("data", "work", endless(started, stopped));
  BOOST_REQUIRE(server.bus->start().has_value());
  sdk::Result<value> answer = sdk::Error{};
  std::jthread thread([&] { answer = caller.bus->call(world.call(), "data", "work", object{{"x", 1}}); });
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  server.bus->drain(std::chrono::steady_clock::now() + 20s);
  BOOST_TEST(stopped == 1);
  next.bus->serve("data", "work", [](sdk::Call const&, value const& args) -> sdk::Result<value> { return args; });
  BOOST_REQUIRE(next.bus->start().has_value());
  thread.join();
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->at("x") == 1));
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_notify_carries_calls_too) {
  World world;
  world.store.notifies = false;
  Peer caller(world), server(world);
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  std::atomic<bool> done = false;
  sdk::Result<value> answer = sdk::Error{};
  std::jthread const thread([&] {
    answer = caller.bus->call(world.call(), "data", "echo", value(7));
    done = true;
  });
  BOOST_REQUIRE(eventually_with_time(
      world, [&] { return done.load(); }, 10ms));
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST((answer->at("args") == 7));
}

BOOST_AUTO_TEST_CASE(messages_that_nobody_takes_away_are_swept_when_they_are_old) {
  World world;
  Peer peer(world);
  rpc::Messages messages(world.store, peer.plans.notifier(), world.clock());
  rpc::Sweeper sweeper(120s, 120s, messages, world.store, world.clock(), world.log());
  BOOST_REQUIRE(messages.send(world.call(), {.id = "old", .topic = "data", .method = "m", .reply_to = "x"}, value(1))
                    .has_value());
  sweeper.sweep();
  world.clock().advance(230s);
  BOOST_REQUIRE(messages.send(world.call(), {.id = "young", .topic = "data", .method = "m", .reply_to = "x"}, value(1))
                    .has_value());
  sweeper.sweep();
  BOOST_TEST(messages_in(world) == 2);
  world.clock().advance(11s);
  sweeper.sweep();
  BOOST_TEST(messages_in(world) == 1);
  BOOST_TEST(messages.read(world.call(), "young").value.id == "young");
}

BOOST_AUTO_TEST_CASE(messages_of_a_host_whose_clock_is_wrong_are_not_taken_for_old_ones) {
  World world;
  Peer peer(world);
  rpc::Messages messages(world.store, peer.plans.notifier(), world.clock());
  rpc::Sweeper sweeper(120s, 120s, messages, world.store, world.clock(), world.log());
  for (auto const shift : {-1h, 2h}) {
    world.clock().shift_wall(shift);
    auto const id = "m" + std::to_string(shift.count());
    BOOST_REQUIRE(
        messages.send(world.call(), {.id = id, .topic = "data", .method = "m", .reply_to = "x"}, value(1)).has_value());
  }
  for (int i = 0; i < 2; ++i) {
    sweeper.sweep();
    BOOST_TEST(messages_in(world) == 2);
    world.clock().advance(100s);
  }
}

BOOST_AUTO_TEST_CASE(the_bus_sweeps_what_was_left_by_itself_and_then_rests) {
  World world;
  Peer peer(world);
  peer.bus->serve("controller", "echo", echo_all);
  BOOST_REQUIRE(peer.bus->start().has_value());
  rpc::Messages messages(world.store, peer.plans.notifier(), world.clock());
  BOOST_REQUIRE(messages.send(world.call(), {.id = "left", .topic = "data", .method = "m", .reply_to = "x"}, value(1))
                    .has_value());
  BOOST_TEST(eventually_with_time(
      world, [&] { return messages_in(world) == 0; }, 1s));
}

BOOST_AUTO_TEST_CASE(an_idle_bus_asks_the_store_nothing) {
  World world;
  Peer caller(world), server(world);
  server.bus->serve("data", "echo", echo_all);
  BOOST_REQUIRE(server.bus->start().has_value());
  BOOST_REQUIRE(caller.bus->call(world.call(), "data", "echo", value(1)).has_value());
  std::this_thread::sleep_for(100ms);
  int const calls = world.store.calls;
  for (int i = 0; i < 55; ++i) {
    world.clock().advance(1s);
    std::this_thread::sleep_for(1ms);
  }
  BOOST_TEST(world.store.calls == calls);
}

BOOST_AUTO_TEST_SUITE_END()
