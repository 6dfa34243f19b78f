// What becomes of plans whose workers end, die or lose their claim.
#include "core/work/failpoint.hpp"
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(a_plan_handed_back_at_the_end_of_a_process_costs_no_attempt_three_times) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  for (int round = 1; round <= 5; ++round) {
    std::atomic<int> started = 0;
    Process ending(world);
    Role role(world, ending, stages::translation, endless(started), {.max_counter = 10});
    BOOST_REQUIRE(eventually([&] { return started == 1; }));
    role.worker.drain(std::chrono::steady_clock::now() + 20s);
    auto const plan = plan_of(world, "p1");
    BOOST_TEST(plan.status == "template");
    BOOST_TEST(plan.row.text("claim").empty());
    BOOST_TEST(plan.returns == std::min(round, 3));
    BOOST_TEST(plan.translation_counter == std::max(round - 3, 0));
  }
}

BOOST_AUTO_TEST_CASE(a_reservation_handed_back_stays_reserving_and_goes_on_elsewhere) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  set(world, "p1", {{"status", std::string("solved")}, {"solution", std::string("s")}});
  std::atomic<int> started = 0;
  {
    Process ending(world);
    Role role(world, ending, stages::reservation, endless(started));
    BOOST_REQUIRE(eventually([&] { return started == 1; }));
    role.worker.drain(std::chrono::steady_clock::now() + 20s);
    BOOST_TEST(plan_of(world, "p1").status == "reserving");
  }
  Role const next(world, process, stages::reservation,
                  [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("done"); });
  BOOST_TEST(reaches(world, "p1", "done"));
}

// Solver specification S14
BOOST_AUTO_TEST_CASE(a_plan_that_kills_its_workers_ends_in_error_after_the_third) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  for (int death = 1; death <= 3; ++death) {
    auto const plan = plan_of(world, "p1");
    BOOST_TEST(plan.translation_counter == death - 1);
    // Claimed by a worker of which no trace is left.
    set(world, "p1",
        {{"status", std::string("translating")},
         {"claim", "test-dead-" + std::to_string(death) + "/1"},
         {"translation_counter", plan.translation_counter + 1},
         {"fencing", plan.fencing + 1}});
    // A survivor gives it back, and ends before it can claim it itself.
    world.store.before_update = [&](std::string_view, sdk::Values const& values) {
      if (status_in(values) == "translating") world.store.down = true;
    };
    if (death < 3) {
      Process survivor(world);
      Role const role(world, survivor, stages::translation,
                      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
      BOOST_REQUIRE(reaches_with_time(world, "p1", "template"));
      BOOST_REQUIRE(eventually([&] { return world.store.down.load(); }));
    }
    world.store.before_update = nullptr;
    world.store.down = false;
  }
  std::atomic<int> handled = 0;
  Role const last(world, process, stages::translation,
                  [&](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> {
                    ++handled;
                    return finish("translated");
                  });
  BOOST_REQUIRE(reaches_with_time(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message == "Tried 3 times. Plan p1 is unable to translate");
  BOOST_TEST(handled == 0);
}

// Solver specification S15
BOOST_AUTO_TEST_CASE(a_result_for_a_plan_that_somebody_else_took_is_refused) {
  Checks check;
  World world;
  Process process(world);
  std::atomic<int> started = 0, stopped = 0;
  auto role = std::make_unique<Role>(world, process, stages::translation,
                                     [&, work = endless(started)](auto const& call, auto const& plan) {
                                       check(!work(call, plan));
                                       ++stopped;
                                       return sdk::Result<Finish>(finish("translated"));  // it does not care
                                     });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  Process other(world);
  set(world, "p1", {{"claim", other.lease->id() + "/1"}, {"fencing", std::int64_t{2}}});
  BOOST_REQUIRE(eventually([&] { return stopped == 1; }));
  role.reset();
  auto const plan = plan_of(world, "p1");
  BOOST_TEST(plan.status == "translating");
  BOOST_TEST(plan.row.text("claim") == other.lease->id() + "/1");
}

BOOST_AUTO_TEST_CASE(a_lost_lease_stops_the_work) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const role(world, process, stages::translation, endless(started));
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  BOOST_REQUIRE(static_cast<bool>(world.memory.worker_close(world.call(), process.lease->id())));
  // The lease is lost with the next beat; the plan is found again as left behind by ourselves.
  BOOST_TEST(eventually_with_time(world, [&] { return started >= 2; }));
}

BOOST_AUTO_TEST_CASE(a_living_owner_keeps_its_plan_and_a_dead_one_loses_it) {
  World world;
  auto owner = std::make_unique<Process>(world);
  Process process(world);
  submit(world, process, new_plan("p1"));
  set(world, "p1",
      {{"status", std::string("translating")},
       {"claim", owner->lease->id() + "/1"},
       {"translation_counter", std::int64_t{1}}});
  Role const role(world, process, stages::translation,
                  [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  for (int i = 0; i < 20; ++i) {
    world.clock().advance(1s);
    std::this_thread::sleep_for(1ms);
  }
  BOOST_TEST(plan_of(world, "p1").status == "translating");
  owner.reset();  // told by its row's removal: no time passes
  BOOST_TEST(reaches(world, "p1", "translated"));
  BOOST_TEST(plan_of(world, "p1").translation_counter == 2);
}

BOOST_AUTO_TEST_CASE(a_store_that_was_away_loses_no_plan) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  world.store.down = true;
  std::atomic<int> tries = 0;
  Role const role(world, process, stages::translation,
                  [&](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> {
                    ++tries;
                    return finish("translated");
                  });
  for (int i = 0; i < 20; ++i) {
    world.clock().advance(1s);
    std::this_thread::sleep_for(1ms);
  }
  BOOST_TEST(tries == 0);
  world.store.down = false;
  BOOST_TEST(reaches_with_time(world, "p1", "translated"));
}

BOOST_AUTO_TEST_CASE(the_loser_of_a_race_takes_over_when_the_winner_dies) {
  std::atomic<bool> won = false;
  World world;
  Process process(world);
  // Another process claims the plan between the moment that ours has chosen it and its claim, and is never heard of
  // again.
  world.store.before_update = [&](std::string_view id, sdk::Values const&) {
    if (!won)
      won = overwrite(world, "plans", id,
                      {{"status", "translating"}, {"claim", "winner/1"}, {"fencing", std::int64_t{1}}});
  };
  Role const controller(
      world, process, stages::translation,
      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  submit(world, process, new_plan("p1"));
  BOOST_TEST(reaches_with_time(world, "p1", "translated"));
  BOOST_TEST(won);
  BOOST_TEST(plan_of(world, "p1").fencing == 3);  // the winner's, the one that ended it, ours
}

#ifdef CONDUCTOR_FAILPOINTS
BOOST_AUTO_TEST_CASE(a_claim_or_commit_in_doubt_is_found_again_by_its_own_process) {
  for (auto const* point :
       {"controller.before_claim=error@1", "controller.after_claim=error@1", "controller.before_commit=error@1"}) {
    BOOST_TEST_CONTEXT(point) {
      work::set_failpoints(point);
      World world;
      Process process(world);
      Role const role(world, process, stages::translation,
                      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
      submit(world, process, new_plan("p1"));
      BOOST_TEST(reaches_with_time(world, "p1", "translated"));
      work::set_failpoints("");
    }
  }
}
#endif

BOOST_AUTO_TEST_SUITE_END()
