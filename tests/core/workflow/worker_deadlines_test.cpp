// The times that a plan may be worked on, wait, and last as a whole.
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(the_watchdog_hands_back_a_plan_that_takes_too_long) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const role(world, process, stages::translation, endless(started), {.timeout = 300s});
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  world.clock().advance(299s);
  std::this_thread::sleep_for(20ms);
  BOOST_TEST(started == 1);
  world.clock().advance(2s);
  BOOST_REQUIRE(eventually([&] { return started == 2; }));
  BOOST_TEST(plan_of(world, "p1").returns == 1);
  BOOST_TEST(plan_of(world, "p1").translation_counter == 1);
}

BOOST_AUTO_TEST_CASE(a_plan_past_its_own_timeout_ends_in_error_while_it_is_worked_on) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const role(world, process, stages::translation, endless(started));
  auto plan = new_plan("p1");
  plan.timeout_s = 60;
  submit(world, process, plan);
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  world.clock().advance(61s);
  BOOST_REQUIRE(reaches(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message == "Plan p1 timed out after 60 seconds");
}

BOOST_AUTO_TEST_CASE(a_plan_past_its_own_timeout_ends_in_error_while_it_waits) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const role(world, process, stages::translation, endless(started));
  Role const guard(world, process, stages::solving, endless(started));
  submit(world, process, new_plan("busy"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  auto plan = new_plan("p1");
  plan.timeout_s = 60;
  submit(world, process, plan);
  auto parked = new_plan("p2");
  parked.timeout_s = 50;
  submit(world, process, parked);
  set(world, "p2", {{"status", std::string("waiting spinup")}});
  std::this_thread::sleep_for(20ms);
  BOOST_TEST(plan_of(world, "p1").status == "template");
  world.clock().advance(61s);
  BOOST_TEST(reaches(world, "p1", "error"));
  BOOST_TEST(reaches(world, "p2", "error"));
  BOOST_TEST(plan_of(world, "p2").message == "Plan p2 timed out after 50 seconds");
  BOOST_TEST(started == 1);
}

// Solver specification S76
BOOST_AUTO_TEST_CASE(a_plan_that_waits_too_long_for_a_spin_up_begins_anew) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  set(world, "p1", {{"status", std::string("waiting spinup")}, {"solver_counter", std::int64_t{2}}});
  Role const role(world, process, stages::solving,
                  [](sdk::Call const&, store::Plan const&) { return finish("solved"); }, {.guarded_time = 100s});
  auto const moved = [&](std::chrono::seconds by) {
    world.clock().advance(by);
    return plan_of(world, "p1").status != "waiting spinup";
  };
  BOOST_TEST(!moved(99s));
  BOOST_TEST(eventually([&] { return moved(1s); }));
  BOOST_TEST(plan_of(world, "p1").status == "template");
  BOOST_TEST(plan_of(world, "p1").solver_counter == 0);
}

BOOST_AUTO_TEST_CASE(a_plan_without_own_timeout_never_times_out) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  world.clock().advance(24h);
  Role const role(world, process, stages::translation,
                  [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  BOOST_TEST(reaches(world, "p1", "translated"));
}

BOOST_AUTO_TEST_SUITE_END()
