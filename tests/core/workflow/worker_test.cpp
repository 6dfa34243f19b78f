// The generic worker: what a plan goes through, and how work is found.
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(a_plan_goes_through_all_stages_with_its_documents) {
  Checks check;
  World world;
  Process process(world);
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
                          check(call.plan_id == "p1");
                          check(call.request_id == "req-1");
                          check(plan.status == "translating");
                          check(plan.translation_counter == 1);
                          check((process.plans.document(call, plan, "template")->at("template") == "text"));
                          return Finish{.status = "translated", .documents = {{"translation", object{{"t", 1}}}}};
                        });
  Role const solver(
      world, process, stages::solving, [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
        check((process.plans.document(call, plan, "translation")->at("t") == 1));
        return Finish{.status = "solved", .message = "one left", .documents = {{"solution", object{{"s", 2}}}}};
      });
  Role const reservation(world, process, stages::reservation,
                         [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("done"); });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "done"));
  auto const plan = plan_of(world, "p1");
  BOOST_TEST((process.plans.document(world.call(), plan, "solution")->at("s") == 2));
  BOOST_TEST(plan.fencing == 3);
  BOOST_TEST(plan.row.text("claim").empty());
  BOOST_TEST(plan.row.text("solver_owner") == process.lease->id());
  BOOST_TEST(plan.message.empty());  // the last stage cleared what the one before said
  std::string states;
  for (auto const& entry : plan.row.list("history"))
    states += boost::json::parse(entry).at("status").as_string().c_str() + std::string(" ");
  BOOST_TEST(states == "template translating translated solving solved reserving done ");
}

// SIZ-3
BOOST_AUTO_TEST_CASE(a_plan_with_very_large_documents_goes_through_all_stages) {
  // Digits that compress to half.
  auto const noise = [](std::size_t mebibytes) {
    std::mt19937_64 random(mebibytes);
    std::string text;
    text.reserve(mebibytes << 20U);
    while (text.size() < mebibytes << 20U) text += std::to_string(random());
    text.resize(mebibytes << 20U);
    return text;
  };
  auto const content = [](Process& process, sdk::Call const& call, store::Plan const& plan, char const* column) {
    auto const document = process.plans.document(call, plan, column);
    return document ? std::string(document->at(column).as_string()) : document.error().text;
  };
  Checks check;
  World world;
  Process one(world), two(world);
  auto plan = new_plan("p1");
  plan.template_document = object{{"template", noise(8)}};
  Role const controller(world, one, stages::translation, [&](sdk::Call const& call, store::Plan const& claimed) {
    check((content(one, call, claimed, "template") == noise(8)));
    Finish end{.status = "translated"};
    end.documents["translation"] = object{{"translation", noise(32)}};
    return end;
  });
  Role const solver(world, two, stages::solving, [&](sdk::Call const& call, store::Plan const& claimed) {
    check((content(two, call, claimed, "translation") == noise(32)));
    Finish end{.status = "solved"};
    end.documents["solution"] = object{{"solution", noise(4)}};
    return end;
  });
  Role const reservation(world, two, stages::reservation,
                         [](sdk::Call const&, store::Plan const&) { return finish("done"); });
  submit(world, one, plan);
  BOOST_REQUIRE(eventually([&] { return plan_of(world, "p1").status == "done"; }, 120s));
  BOOST_TEST((content(one, world.call(), plan_of(world, "p1"), "solution") == noise(4)));
}

// S16
BOOST_AUTO_TEST_CASE(waiting_plans_are_taken_oldest_first_and_by_id_among_those_of_one_moment) {
  World world;
  Process process(world);
  for (auto const* id : {"c", "a", "b"}) {
    submit(world, process, new_plan(id));
    world.clock().advance(1s);
  }
  for (auto const* id : {"e", "d"}) submit(world, process, new_plan(id));
  std::mutex mutex;
  std::string order;
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                          std::lock_guard const lock(mutex);
                          order += plan.id;
                          return finish("translated");
                        });
  for (auto const* id : {"a", "b", "c", "d", "e"}) BOOST_TEST(reaches(world, id, "translated"));
  BOOST_TEST(order == "cabde");
}

BOOST_AUTO_TEST_CASE(a_plan_whose_end_is_being_written_does_not_keep_others_waiting) {
  Checks check;
  World world;
  Process process(world);
  std::atomic<int> started = 0, at_work = 0;
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> {
                          ++started;
                          check(++at_work == 1);
                          std::this_thread::sleep_for(1ms);
                          --at_work;
                          return finish("translated");
                        });
  // None of the ends is written before all of the plans have been worked on.
  world.store.before_update = [&](std::string_view, sdk::Values const& values) {
    if (status_in(values) != "translated") return;
    check(eventually([&] { return started == 5; }));
  };
  for (auto const* id : {"a", "b", "c", "d", "e"}) submit(world, process, new_plan(id));
  for (auto const* id : {"a", "b", "c", "d", "e"}) BOOST_TEST(reaches(world, id, "translated"));
  BOOST_TEST(started == 5);
}

BOOST_AUTO_TEST_CASE(two_workers_racing_over_five_hundred_plans_claim_each_once) {
  World world;
  Process one(world), two(world);
  std::mutex mutex;
  std::map<std::string, int> handled;
  auto const handle = [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
    std::lock_guard const lock(mutex);
    ++handled[plan.id];
    return finish("translated");
  };
  Role const first(world, one, stages::translation, handle, {.workers = 2});
  Role const second(world, two, stages::translation, handle, {.workers = 2});
  std::vector<std::string> ids;
  for (int i = 0; i < 500; ++i) ids.push_back("p" + std::to_string(i));
  for (auto const& id : ids) submit(world, id.back() % 2 == 0 ? one : two, new_plan(id));
  BOOST_REQUIRE(eventually([&] {
    return world.memory.count(world.call(), "plans", {{"status", std::string("translated")}}).value == 500;
  }));
  std::lock_guard const lock(mutex);
  BOOST_TEST(handled.size() == 500U);
  for (auto const& [id, times] : handled) BOOST_TEST(times == 1);
  for (auto const& id : ids) BOOST_TEST(plan_of(world, id).translation_counter == 1);
}

BOOST_AUTO_TEST_CASE(deleting_a_plan_stops_its_handler_within_fifty_milliseconds) {
  World world;
  Process process(world), api(world);
  for (auto* deleter : {&process, &api}) {
    std::atomic<int> started = 0;
    std::atomic<bool> ended = false;
    auto const inner = endless(started);
    Role const role(world, process, stages::translation, [&](sdk::Call const& call, store::Plan const& plan) {
      auto result = inner(call, plan);
      ended = true;
      return result;
    });
    submit(world, process, new_plan("p1"));
    BOOST_REQUIRE(eventually([&] { return started == 1; }));
    auto const asked = std::chrono::steady_clock::now();
    BOOST_REQUIRE(deleter->plans.remove(world.call(), "p1").has_value());
    BOOST_REQUIRE(eventually([&] { return ended.load(); }));
    BOOST_TEST((std::chrono::steady_clock::now() - asked < 50ms));
  }
  BOOST_TEST(plan_of(world, "p1").id.empty());
}

BOOST_AUTO_TEST_CASE(no_plan_waits_behind_an_older_one_that_fails_or_hangs) {
  World world;
  Process process(world);
  for (auto const* id : {"1-fails", "2-hangs", "3-good", "4-good"}) {
    submit(world, process, new_plan(id));
    world.clock().advance(1s);
  }
  std::atomic<int> hanging = 0;
  auto const hangs = endless(hanging);
  workflow::WorkerOptions options;
  options.workers = 2;
  Role const role(
      world, process, stages::translation,
      [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
        if (plan.id == "1-fails") return sdk::Error{sdk::Errc::unavailable, "the inventory is down"};
        if (plan.id == "2-hangs") return hangs(call, plan);
        return finish("translated");
      },
      options);
  // No time passes: the first is in its pause, the second in its handler.
  for (auto const* id : {"3-good", "4-good"}) BOOST_TEST(reaches(world, id, "translated"));
  BOOST_TEST(eventually([&] { return hanging == 1; }));
  BOOST_TEST(plan_of(world, "1-fails").status == "template");
  BOOST_TEST(plan_of(world, "2-hangs").status == "translating");
}

BOOST_AUTO_TEST_CASE(an_idle_worker_asks_the_store_nothing) {
  World world;
  Process process(world);
  auto const handle = [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); };
  Role const controller(world, process, stages::translation, handle);
  Role const solver(world, process, stages::solving, handle);
  Role const reservation(world, process, stages::reservation, handle);
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(reaches(world, "p1", "error"));  // no translation: the solver says so
  std::this_thread::sleep_for(100ms);
  int const calls = world.store.calls;
  for (int i = 0; i < 55; ++i) {
    world.clock().advance(1s);
    std::this_thread::sleep_for(1ms);
  }
  BOOST_TEST(world.store.calls == calls);
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_notify_is_served_by_looking) {
  World world;
  world.store.notifies = false;
  Process process(world), elsewhere(world);
  Role const role(world, process, stages::translation,
                  [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  submit(world, elsewhere, new_plan("p1"));
  BOOST_TEST(reaches_with_time(world, "p1", "translated"));
}

BOOST_AUTO_TEST_CASE(a_deletion_is_seen_by_looking_when_the_store_cannot_notify) {
  World world;
  world.store.notifies = false;
  Process process(world), elsewhere(world);
  std::atomic<int> started = 0;
  std::atomic<bool> ended = false;
  auto const inner = endless(started);
  Role const role(world, process, stages::translation, [&](sdk::Call const& call, store::Plan const& plan) {
    auto result = inner(call, plan);
    ended = true;
    return result;
  });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually_with_time(world, [&] { return started == 1; }));
  BOOST_REQUIRE(elsewhere.plans.remove(world.call(), "p1").has_value());
  BOOST_TEST(eventually_with_time(world, [&] { return ended.load(); }));
}

BOOST_AUTO_TEST_SUITE_END()
