// What ends at the border: exceptions, overrun deadlines, plugins that are not ready yet.
#include "core/plugin/guard.hpp"
#include "tests/core/plugin/zoo.hpp"

#include <boost/test/unit_test.hpp>

#include <latch>
#include <thread>

namespace conductor::plugin {
namespace {

using sdk::Errc;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

bool contains(std::string const& text, std::string_view part) {
  BOOST_TEST_INFO("message: " << text);
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(guard_test)

BOOST_AUTO_TEST_CASE(a_constructor_that_throws_refuses_the_start) {
  Cage cage("constructor_throws");
  auto const opened = cage.open();
  BOOST_REQUIRE(!opened);
  BOOST_TEST(
      contains(opened.error().text,
               "inventory/constructor_throws: the constructor threw: born dead; check section [constructor_throws]"));
}

BOOST_AUTO_TEST_CASE(a_foreign_exception_ends_at_the_border_too) {
  Cage cage("constructor_throws_foreign");
  BOOST_TEST(contains(cage.open().error().text, "threw something that is no std::exception"));
}

BOOST_AUTO_TEST_CASE(a_plugin_that_refuses_to_start_ends_the_start) {
  Cage cage("start_refuses");
  auto const opened = cage.open();
  BOOST_REQUIRE(!opened);
  BOOST_TEST(contains(opened.error().text, "inventory/start_refuses refuses to start: food 'hay' is not for lions"));
}

BOOST_AUTO_TEST_CASE(a_plugin_whose_peer_is_down_is_not_ready_and_started_again) {
  Cage cage("start_later");
  BOOST_REQUIRE(cage.open());
  auto const at_first = cage.plugins->health({.deadline = cage.clock.now() + std::chrono::seconds(1)});
  BOOST_REQUIRE(!at_first);
  BOOST_TEST(contains(at_first.error().text, "the water hole is dry"));
  bool ready = false;
  for (int i = 0; i < 300 && !ready; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    ready = cage.plugins->health({.deadline = cage.clock.now() + std::chrono::seconds(1)}).has_value();
  }
  BOOST_TEST(ready);
}

BOOST_AUTO_TEST_CASE(exceptions_of_a_call_become_errors_that_name_the_plugin) {
  for (auto const& [name, words] :
       {std::pair{"resolve_throws", "plugin inventory/resolve_throws: resolve threw: bit by a flea"},
        std::pair{"resolve_throws_foreign", "resolve threw something that is no std::exception"}}) {
    Cage cage(name);
    BOOST_REQUIRE(cage.open());
    auto const answer = cage.provider().resolve({}, {});
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().code == Errc::internal));
    BOOST_TEST(contains(answer.error().text, words));
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_overruns_its_deadline_lets_the_caller_go_on_and_uses_up_a_thread) {
  Cage cage("sleeps");
  BOOST_REQUIRE(cage.open());
  auto const begun = Steady::now();
  auto const answer = cage.provider().resolve({.deadline = begun + milliseconds(50)}, {});
  BOOST_TEST((Steady::now() - begun < milliseconds(500)));
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().code == Errc::timed_out));
  BOOST_TEST(contains(answer.error().text, "plugin inventory/sleeps: resolve overran its deadline"));
  // Its only thread is stuck: not ready, and further calls say so.
  auto const health = cage.plugins->health({.deadline = Steady::now() + milliseconds(100)});
  BOOST_REQUIRE(!health);
  BOOST_TEST(contains(health.error().text, "all 1 threads are stuck"));
  BOOST_TEST(
      (cage.provider().resolve({.deadline = Steady::now() + milliseconds(20)}, {}).error().code == Errc::unavailable));
  BOOST_TEST(contains(cage.metrics.text(), "conductor_plugin_overruns_total{plugin=\"inventory/sleeps\"} 1"));
  // When the call comes back the thread serves again.
  bool serves = false;
  for (int i = 0; i < 100 && !serves; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    serves = cage.plugins->health({.deadline = Steady::now() + milliseconds(100)}).has_value();
  }
  BOOST_TEST(serves);
}

BOOST_AUTO_TEST_CASE(a_plugin_that_a_thread_is_still_in_is_neither_stopped_nor_destroyed) {
  Cage cage("sleeps");
  BOOST_REQUIRE(cage.open());
  BOOST_TEST(
      (cage.provider().resolve({.deadline = Steady::now() + milliseconds(50)}, {}).error().code == Errc::timed_out));
  cage.plugins.reset();
  std::this_thread::sleep_for(milliseconds(800));  // it comes back, and finds itself where it was
}

BOOST_AUTO_TEST_CASE(a_plugin_knows_how_little_time_it_has_to_tell_its_health) {
  Cage cage("health_waits");
  BOOST_REQUIRE(cage.open());
  auto const health = cage.plugins->health({.deadline = Steady::now() + std::chrono::minutes(1)});
  BOOST_REQUIRE(!health);
  BOOST_TEST(health.error().text == "the water hole gave no answer");
}

BOOST_AUTO_TEST_CASE(a_call_that_found_no_thread_leaves_nothing_behind) {
  metrics::Registry metrics;
  Guard guard({.plugin = "inventory/test", .threads = 1}, log::named("test"),
              metrics.counter("overruns_total", "Overruns."));
  std::latch entered(1), released(1);
  std::jthread const busy([&] {
    guard.run<void>({}, "work", [&]() -> sdk::Result<void> {
      entered.count_down();
      released.wait();
      return {};
    });
  });
  entered.wait();
  auto const argument = std::make_shared<int>();
  auto const answer = guard.run<void>({.deadline = Steady::now() + milliseconds(20)}, "work",
                                      [argument]() -> sdk::Result<void> { return {}; });
  BOOST_TEST((answer.error().code == Errc::unavailable));
  BOOST_TEST(argument.use_count() == 1);
  released.count_down();
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_lets_the_caller_go_on) {
  Cage cage("sleeps");
  BOOST_REQUIRE(cage.open());
  std::stop_source source;
  std::jthread const canceller([&] {
    std::this_thread::sleep_for(milliseconds(30));
    source.request_stop();
  });
  auto const begun = Steady::now();
  auto const answer = cage.provider().resolve({.cancelled = source.get_token()}, {});
  BOOST_TEST((Steady::now() - begun < milliseconds(500)));
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().code == Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(an_option_declared_twice_is_refused_when_the_options_are_collected) {
  BOOST_CHECK_THROW(Cage("option_twice"), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::plugin
