// How the work on a plan ends: with what the handler says, and with errors.
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(a_failed_attempt_is_repeated_after_a_pause_and_given_up_after_the_third) {
  Checks check;
  World world;
  Process process(world);
  std::atomic<int> tries = 0;
  Role const role(world, process, stages::translation,
                  [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                    check(plan.message.empty());  // cleared when the stage starts
                    ++tries;
                    return sdk::Error{sdk::Errc::unavailable, "the inventory is down"};
                  });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return plan_of(world, "p1").message == "the inventory is down"; }));
  std::this_thread::sleep_for(20ms);
  BOOST_TEST(tries == 1);
  BOOST_REQUIRE(reaches_with_time(world, "p1", "error"));
  BOOST_TEST(tries == 3);
  BOOST_TEST(plan_of(world, "p1").message ==
             "Tried 3 times. Plan p1 is unable to translate. The last attempt: the inventory is down");
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_the_plan_with_its_text) {
  World world;
  Process process(world);
  Role const role(world, process, stages::translation, [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> {
    return sdk::Error{sdk::Errc::invalid, "demand 'x' is a text"};
  });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message == "demand 'x' is a text");
}

// Solver specification S17
BOOST_AUTO_TEST_CASE(a_throwing_handler_ends_its_plan_and_not_the_worker) {
  World world;
  Process process(world);
  Role const role(world, process, stages::translation,
                  [](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                    if (plan.id == "bad") throw std::runtime_error("secret detail");
                    return finish("translated");
                  });
  submit(world, process, new_plan("bad"));
  BOOST_REQUIRE(reaches(world, "bad", "error"));
  auto const message = plan_of(world, "bad").message;
  BOOST_TEST(message.starts_with("Internal error while translating plan bad; the log has details under ref-"));
  BOOST_TEST(message.find("secret") == std::string::npos);
  submit(world, process, new_plan("good"));
  BOOST_TEST(reaches(world, "good", "translated"));
}

BOOST_AUTO_TEST_CASE(a_status_that_the_table_does_not_allow_is_an_internal_error) {
  World world;
  Process process(world);
  Role const role(world, process, stages::translation,
                  [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("done"); });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message.starts_with("Internal error while translating plan p1"));
}

BOOST_AUTO_TEST_CASE(a_translated_plan_without_translation_ends_in_error) {
  World world;
  Process process(world);
  submit(world, process, new_plan("p1"));
  set(world, "p1", {{"status", std::string("translated")}});
  std::atomic<int> started = 0;
  Role const role(world, process, stages::solving, endless(started));
  BOOST_REQUIRE(reaches(world, "p1", "error"));
  BOOST_TEST(plan_of(world, "p1").message == "Plan p1 status is translated, yet the translation wasn't found");
}

// Solver specification S14
BOOST_AUTO_TEST_CASE(going_back_to_an_earlier_stage_resets_what_the_table_says) {
  World world;
  Process process(world);
  submit(world, process, new_plan("rehomed"));
  set(world, "rehomed",
      {{"status", std::string("translated")},
       {"translation", std::string("t")},
       {"translation_counter", std::int64_t{2}}});
  submit(world, process, new_plan("unreserved"));
  set(world, "unreserved",
      {{"status", std::string("solved")}, {"solution", std::string("s")}, {"solver_counter", std::int64_t{3}}});
  Role const solver(world, process, stages::solving,
                    [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("template"); });
  BOOST_REQUIRE(reaches(world, "rehomed", "template"));
  auto const rehomed = plan_of(world, "rehomed");
  BOOST_TEST(rehomed.translation_counter == 0);
  BOOST_TEST(rehomed.solver_counter == 0);
  BOOST_TEST(rehomed.row.text("translation").empty());
  BOOST_TEST(solver.worker.health().has_value());
  Role const reservation(
      world, process, stages::reservation,
      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  BOOST_REQUIRE(eventually([&] { return plan_of(world, "unreserved").reservation_counter == 1; }));
  BOOST_TEST(eventually([&] { return plan_of(world, "unreserved").status != "reserving"; }));
  BOOST_TEST(plan_of(world, "unreserved").solver_counter == 0);
}

BOOST_AUTO_TEST_SUITE_END()
