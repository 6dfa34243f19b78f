// What the controller looks after beside translation: plans that wait for nothing, and finished plans that are old.
#include "core/model/order_locks.hpp"
#include "services/controller/retention.hpp"
#include "services/controller/stranded_plans.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::controller::testing {

namespace locks = model::order_locks;
using namespace std::chrono_literals;
using namespace tests;

namespace {

struct Upkeep {
  World world;
  Process process{world};

  void plan(std::string const& id, std::string const& status) {
    BOOST_REQUIRE(process.plans.create(world.call(), new_plan(id)).has_value());
    sdk::Expect expect;
    expect.columns["status"] = std::string("template");
    BOOST_REQUIRE(world.memory.update(world.call(), "plans", id, {{"status", status}}, expect, sdk::random_id(),
                                      sdk::Durability::full));
  }
  void lock(std::string const& id, std::map<std::string, std::string> const& entries) {
    sdk::TextMap map;
    for (auto const& [plan_id, state] : entries)
      map[plan_id] = locks::to_text({.status = state, .service_resource_id = "fw", .dependencies = ""});
    BOOST_REQUIRE(world.memory.insert(world.call(), locks::table, id, {{"plans", std::move(map)}}, sdk::random_id(),
                                      sdk::Durability::full));
  }
  std::string status(std::string const& id) {
    auto const plan = process.plans.get(world.call(), id);
    return plan ? plan->status : "gone";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(stranded_plans, Upkeep)

BOOST_AUTO_TEST_CASE(go_on_when_no_lock_holds_them_any_more) {
  plan("released", "waiting spinup");
  plan("forgotten", "waiting spinup");
  plan("failed", "waiting spinup");
  plan("parked", "waiting spinup");
  lock("c1", {{"other", "completed"}, {"released", "rehome"}});
  lock("c2", {{"failed", "failed"}});
  lock("c3", {{"another", "under-spin-up"}, {"parked", "parked"}});
  StrandedPlans stranded(process.plans, world.clock(), world.log());
  stranded.look();
  BOOST_TEST(status("released") == "waiting spinup", "what has only just been seen may be on its way");
  stranded.look();
  BOOST_TEST(status("released") == "template");
  BOOST_TEST(status("forgotten") == "template");
  BOOST_TEST(status("failed") == "error");
  BOOST_TEST(status("parked") == "waiting spinup");
}

BOOST_AUTO_TEST_CASE(are_looked_for_while_a_plan_waits_and_only_then) {
  StrandedPlans stranded(process.plans, world.clock(), world.log());
  stranded.start();
  BOOST_REQUIRE(eventually([&] { return process.plans.notifier().watching(); }));
  plan("late", "waiting spinup");
  BOOST_TEST(eventually_with_time(
      world, [&] { return status("late") == "template"; }, 1s));
  for (int i = 0; i < 120; ++i) {
    world.clock().advance(1s);
    std::this_thread::sleep_for(1ms);
  }
  int const calls = world.store.calls;
  for (int i = 0; i < 300; ++i) world.clock().advance(1s);
  std::this_thread::sleep_for(20ms);
  BOOST_TEST(world.store.calls - calls <= 5, "beats of the lease alone");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(retention, Upkeep)

BOOST_AUTO_TEST_CASE(removes_finished_plans_that_are_old_and_no_others) {
  for (int i = 0; i < 150; ++i) plan("done" + std::to_string(i), "done");
  plan("lost", "error");
  plan("nothing", "not found");
  plan("waiting", "translated");
  world.clock().advance(1h);
  plan("young", "done");
  Retention retention(2h, process.plans, *process.lease, world.clock(), world.log());
  BOOST_TEST(retention.round() == 0U);
  world.clock().advance(61min);
  BOOST_TEST(retention.round() == 152U);
  for (auto const* id : {"done0", "done149", "lost", "nothing"}) BOOST_TEST(status(id) == "gone", id);
  BOOST_TEST(status("waiting") == "translated");
  BOOST_TEST(status("young") == "done");
}

BOOST_AUTO_TEST_CASE(counts_from_the_end_of_a_plan_and_not_from_its_submission) {
  plan("long", "translated");
  world.clock().advance(3h);
  sdk::Expect expect;
  expect.columns["status"] = std::string("translated");
  BOOST_REQUIRE(world.memory.update(world.call(), "plans", "long", {{"status", std::string("done")}}, expect,
                                    sdk::random_id(), sdk::Durability::full));
  Retention retention(2h, process.plans, *process.lease, world.clock(), world.log());
  BOOST_TEST(retention.round() == 0U);
  world.clock().advance(121min);
  BOOST_TEST(retention.round() == 1U);
}

BOOST_AUTO_TEST_CASE(is_one_process_s_task_until_it_ends) {
  plan("old", "done");
  auto other = std::make_unique<Process>(world);
  Retention mine(1h, process.plans, *process.lease, world.clock(), world.log());
  {
    Retention theirs(1h, other->plans, *other->lease, world.clock(), world.log());
    BOOST_TEST(theirs.round() == 0U);
    world.clock().advance(2h);
    BOOST_TEST(mine.round() == 0U, "the other one's task");
    BOOST_TEST(status("old") == "done");
  }
  other.reset();
  BOOST_TEST(mine.round() == 1U);
}

BOOST_AUTO_TEST_CASE(begins_by_itself_and_is_off_without_a_time) {
  plan("old", "done");
  world.clock().advance(2h);
  {
    Retention off(0h, process.plans, *process.lease, world.clock(), world.log());
    off.start();
    world.clock().advance(2h);
    std::this_thread::sleep_for(20ms);
    BOOST_TEST(status("old") == "done");
  }
  Retention on(1h, process.plans, *process.lease, world.clock(), world.log());
  on.start();
  BOOST_TEST(eventually_with_time(
      world, [&] { return status("old") == "gone"; }, 1s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::controller::testing
