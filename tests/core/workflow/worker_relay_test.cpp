// Plans that a worker gets with the write that brings them to its state.
#include "core/store/rows.hpp"
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

namespace {

sdk::Result<Finish> translated(sdk::Call const&, store::Plan const&) {
  Finish end{.status = "translated", .message = "a warning"};
  end.documents["translation"] = object{{"t", 1}};
  return end;
}

std::string states_of(store::Plan const& plan) {
  std::string states;
  for (auto const& each : store::transitions_of(plan.row.list("history"))) states += each.status + ' ';
  return states;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker_relay)

BOOST_AUTO_TEST_CASE(a_plan_passes_through_the_stages_of_one_process_with_a_write_for_each) {
  Checks check;
  World world;
  Process process(world);
  std::atomic<int> counted = 0;
  Role const controller(world, process, stages::translation, translated,
                        {.count = [&](std::string_view status) { counted += status == "translated" ? 1 : 0; }});
  Role const solver(world, process, stages::solving,
                    [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                      check(plan.status == "solving");
                      check(plan.message.empty());
                      check(plan.solver_counter == 1);
                      check(plan.fencing == 2);
                      return finish("done");
                    });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "done"));
  auto const plan = plan_of(world, "p1");
  BOOST_TEST(states_of(plan) == "template translating translated solving done ");
  BOOST_TEST(plan.row.text("claim").empty());
  BOOST_TEST(plan.row.text("translation_owner") == process.lease->id());
  BOOST_TEST(plan.row.text("solver_owner") == process.lease->id());
  // The insert and two updates. A first look that finds the plan late may try one more, which is refused.
  BOOST_TEST(plan.row.version.number == 3);
  BOOST_TEST(eventually([&] { return counted == 1; }));  // counted after the write
}

BOOST_AUTO_TEST_CASE(the_work_begins_while_the_plan_is_being_stored_and_ends_after) {
  Checks check;
  World world;
  Process process(world);
  std::atomic<int> translations = 0, solutions = 0;
  Role const solver(world, process, stages::solving,
                    [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
                      check(*process.plans.shared_document(call, plan, "translation").value() == object({{"x", 1}}));
                      ++solutions;
                      return finish("done");
                    });
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
                          check(process.plans.document(call, plan, "template").value().is_object());
                          ++translations;
                          auto end = finish("translated");
                          end.documents["translation"] = object{{"x", 1}};
                          return end;
                        });
  world.store.before_insert = [&] {
    check(eventually([&] { return translations == 1; }));
    check(plan_of(world, "p1").status.empty());
  };
  world.store.before_update = [&](std::string_view, sdk::Values const& values) {
    if (status_in(values) != "solving") return;
    check(eventually([&] { return solutions == 1; }));
    check(plan_of(world, "p1").status == "translating");
  };
  submit(world, process, new_plan("p1"));
  BOOST_TEST(reaches(world, "p1", "done"));
  BOOST_TEST(states_of(plan_of(world, "p1")) == "template translating translated solving done ");
}

// A look that comes between the offer and the insert does not find the plan.
BOOST_AUTO_TEST_CASE(a_look_at_a_plan_that_is_being_created_does_not_take_it_for_deleted) {
  World world;
  world.store.notifies = false;  // looks come by the clock
  Process process(world);
  Role const controller(world, process, stages::translation, translated);
  submit(world, process, new_plan("p0"));
  BOOST_REQUIRE(reaches(world, "p0", "translated"));
  world.store.before_insert = [&] {
    int const reads = world.store.reads;
    world.clock().advance(5s);
    BOOST_TEST(eventually([&] { return world.store.reads >= reads + 2; }));
    std::this_thread::sleep_for(20ms);
  };
  submit(world, process, new_plan("p1"));
  BOOST_TEST(reaches(world, "p1", "translated"));
}

BOOST_AUTO_TEST_CASE(where_no_thread_is_free_the_plan_waits_in_its_state) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const solver(world, process, stages::solving, endless(started));
  Role const controller(world, process, stages::translation, translated);
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  submit(world, process, new_plan("p2"));
  BOOST_REQUIRE(reaches(world, "p2", "translated"));
  BOOST_TEST(plan_of(world, "p2").row.text("claim").empty());
  BOOST_TEST(plan_of(world, "p2").message == "a warning");
  BOOST_TEST(started == 1);
  BOOST_REQUIRE(process.plans.remove(world.call(), "p1").has_value());
  BOOST_TEST(reaches(world, "p2", "solving"));
}

BOOST_AUTO_TEST_CASE(a_plan_that_waits_is_not_overtaken) {
  World world;
  Process process(world);
  std::atomic<bool> unlocked = false;
  std::mutex mutex;
  std::string order;
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                          std::lock_guard const lock(mutex);
                          order += plan.id;
                          if (plan.id == "a") eventually([&] { return unlocked.load(); });
                          return finish("translated");
                        });
  for (auto const* id : {"a", "b", "c"}) submit(world, process, new_plan(id));
  unlocked = true;
  for (auto const* id : {"a", "b", "c"}) BOOST_TEST(reaches(world, id, "translated"));
  BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(a_plan_that_the_next_stage_would_refuse_is_not_passed_on) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  Role const solver(world, process, stages::solving, endless(started));
  Role const controller(
      world, process, stages::translation,
      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message == "Plan p1 status is translated, yet the translation wasn't found");
  BOOST_TEST(started == 0);
}

BOOST_AUTO_TEST_CASE(an_id_that_exists_leaves_the_worker_free_for_others) {
  World world;
  Process process(world);
  Role const controller(world, process, stages::translation, translated);
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "translated"));
  auto const again = process.plans.create(world.call(), new_plan("p1"));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((again->outcome == store::Created::exists));
  submit(world, process, new_plan("p2"));
  BOOST_TEST(reaches(world, "p2", "translated"));
  BOOST_TEST(plan_of(world, "p1").translation_counter == 1);
}

// The store answers that it does not know, and has written: nobody may keep the plan without working on it.
BOOST_AUTO_TEST_CASE(a_plan_that_was_passed_on_by_a_doubtful_write_is_found) {
  World world;
  Process process(world);
  Role const controller(world, process, stages::translation, translated);
  world.store.lose_next_answer = true;
  BOOST_TEST(!process.plans.create(world.call(), new_plan("p1")).has_value());
  BOOST_REQUIRE(reaches_with_time(world, "p1", "translated"));
  BOOST_TEST(plan_of(world, "p1").row.text("claim").empty());
}

BOOST_AUTO_TEST_CASE(a_process_that_drains_hands_back_what_comes_late) {
  World world;
  Process process(world);
  auto controller = std::make_unique<Role>(world, process, stages::translation, translated);
  std::atomic<int> started = 0;
  auto solver = std::make_unique<Role>(world, process, stages::solving, endless(started));
  std::atomic<bool> draining = false;
  world.store.before_update = [&](std::string_view, sdk::Values const& values) {
    if (status_in(values) != "solving" || draining.exchange(true)) return;
    solver->worker.drain(std::chrono::steady_clock::now());
  };
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "translated"));
  BOOST_TEST(draining);
  BOOST_TEST(states_of(plan_of(world, "p1")) == "template translating translated solving translated ");
  BOOST_TEST(plan_of(world, "p1").solver_counter == 0);
  BOOST_TEST(started == 1);
  solver.reset();
  controller.reset();
}

BOOST_AUTO_TEST_SUITE_END()
