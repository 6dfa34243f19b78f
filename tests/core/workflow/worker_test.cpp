// The generic worker over the memory store and a fake clock: what a plan goes through, whatever happens to those who
// work on it.
#include "core/work/failpoint.hpp"
#include "core/workflow/worker.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::tests;
using namespace std::chrono_literals;
using boost::json::object;
using workflow::Finish;
namespace stages = workflow::stages;

namespace {

using Handle = std::function<sdk::Result<Finish>(sdk::Call const&, store::Plan const&)>;

class Function final : public workflow::Handler {
 public:
  explicit Function(Handle handle) : handle_(std::move(handle)) {}
  sdk::Result<Finish> handle(sdk::Call const& call, store::Plan const& plan) override { return handle_(call, plan); }

 private:
  Handle handle_;
};

Finish finish(std::string_view status) { return {.status = std::string(status)}; }

// A worker with its handler.
struct Role {
  Role(World& world, Process& process, workflow::Stage const& stage, Handle handle,
       workflow::WorkerOptions options = {})
      : handler(std::move(handle)),
        worker(stage, {.plans = process.plans, .lease = *process.lease, .clock = world.clock(), .log = world.log()},
               handler, std::move(options)) {
    worker.start();
  }
  Function handler;
  workflow::Worker worker;
};

// A handler that works until it is stopped.
Handle endless(std::atomic<int>& started) {
  return [&started](sdk::Call const& call, store::Plan const&) -> sdk::Result<Finish> {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    ++started;
    never.wait(lock, call.cancelled, [] { return false; });
    return sdk::Error{sdk::Errc::cancelled, "stopped"};
  };
}

store::Plan plan_of(World& world, std::string const& id) {
  auto row = world.memory.get(world.call(), "plans", id, sdk::Strength::strong);
  if (!row) return {};
  return store::Plan::from(std::move(row.value));
}

bool reaches(World& world, std::string const& id, std::string_view status) {
  return eventually([&] { return plan_of(world, id).status == status; });
}
bool reaches_with_time(World& world, std::string const& id, std::string_view status) {
  return eventually_with_time(world, [&] { return plan_of(world, id).status == status; });
}

void submit(World& world, Process& process, store::NewPlan const& plan) {
  BOOST_REQUIRE(process.plans.create(world.call(), plan).has_value());
}

// Writes over a row as a process that died in the middle would have left it.
void set(World& world, std::string const& id, sdk::Values const& values) {
  auto const row = world.memory.get(world.call(), "plans", id, sdk::Strength::strong);
  BOOST_REQUIRE(static_cast<bool>(row));
  sdk::Expect expect;
  expect.version = row.value.version;
  BOOST_REQUIRE(static_cast<bool>(
      world.memory.update(world.call(), "plans", id, values, expect, sdk::random_id(), sdk::Durability::full)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(a_plan_goes_through_all_stages_with_its_documents) {
  World world;
  Process process(world);
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
                          BOOST_TEST(call.plan_id == "p1");
                          BOOST_TEST(call.request_id == "req-1");
                          BOOST_TEST(plan.status == "translating");
                          BOOST_TEST(plan.translation_counter == 1);
                          BOOST_TEST((process.plans.document(call, plan, "template")->at("template") == "text"));
                          return Finish{.status = "translated", .documents = {{"translation", object{{"t", 1}}}}};
                        });
  Role const solver(
      world, process, stages::solving, [&](sdk::Call const& call, store::Plan const& plan) -> sdk::Result<Finish> {
        BOOST_TEST((process.plans.document(call, plan, "translation")->at("t") == 1));
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

BOOST_AUTO_TEST_CASE(waiting_plans_are_taken_oldest_first) {
  World world;
  Process process(world);
  for (auto const* id : {"c", "a", "b"}) {
    submit(world, process, new_plan(id));
    world.clock().advance(1s);
  }
  std::mutex mutex;
  std::string order;
  Role const controller(world, process, stages::translation,
                        [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                          std::lock_guard const lock(mutex);
                          order += plan.id;
                          return finish("translated");
                        });
  for (auto const* id : {"a", "b", "c"}) BOOST_TEST(reaches(world, id, "translated"));
  BOOST_TEST(order == "cab");
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
      if (std::get<std::string>(values.at("status")) == "translating") world.store.down = true;
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

BOOST_AUTO_TEST_CASE(a_result_for_a_plan_that_somebody_else_took_is_refused) {
  World world;
  Process process(world);
  std::atomic<int> started = 0;
  std::atomic<bool> go = false;
  Role const role(world, process, stages::translation,
                  [&](sdk::Call const& call, store::Plan const&) -> sdk::Result<Finish> {
                    ++started;
                    while (!go) std::this_thread::sleep_for(1ms);
                    BOOST_TEST(call.cancelled.stop_requested());
                    return finish("translated");  // it does not care
                  });
  submit(world, process, new_plan("p1"));
  BOOST_REQUIRE(eventually([&] { return started == 1; }));
  Process other(world);
  set(world, "p1", {{"claim", other.lease->id() + "/1"}, {"fencing", std::int64_t{2}}});
  std::this_thread::sleep_for(50ms);
  go = true;
  std::this_thread::sleep_for(50ms);
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

// An end that changes a row of locks beside the plan.
Finish locking(World& world, std::string const& status) {
  auto const row = world.memory.get(world.call(), "order_locks", "lock", sdk::Strength::strong);
  BOOST_REQUIRE(static_cast<bool>(row));
  sdk::Mutation mutation{.table = "order_locks", .id = "lock", .values = {}, .expect = {}};
  mutation.values = {{"spinup_completed_timestamp", row.value.integer("spinup_completed_timestamp") + 1}};
  mutation.expect.version = row.value.version;
  auto end = finish(status);
  end.beside.push_back(std::move(mutation));
  return end;
}

void change_lock(World& world) {
  auto const other = locking(world, "").beside.at(0);
  BOOST_REQUIRE(static_cast<bool>(world.memory.update(world.call(), other.table, other.id, other.values, other.expect,
                                                      sdk::random_id(), sdk::Durability::full)));
}

struct Locks {
  explicit Locks(World& where) : world(where) {
    BOOST_REQUIRE(static_cast<bool>(
        world.memory.insert(world.call(), "order_locks", "lock", {}, sdk::random_id(), sdk::Durability::full)));
  }
  std::int64_t value() const {
    return world.memory.get(world.call(), "order_locks", "lock", sdk::Strength::strong)
        .value.integer("spinup_completed_timestamp");
  }
  World& world;
};

BOOST_AUTO_TEST_CASE(rows_beside_the_plan_change_with_it) {
  World world;
  Process process(world);
  Locks const locks(world);
  Role const role(world, process, stages::solving, [&](sdk::Call const&, store::Plan const&) {
    auto end = locking(world, "solved");
    end.documents["solution"] = object{{"recommendations", "r"}};
    return end;
  });
  submit(world, process, new_plan("p1"));
  set(world, "p1", {{"status", std::string("translated")}, {"translation", std::string("t")}});
  BOOST_TEST(reaches(world, "p1", "solved"));
  BOOST_TEST(locks.value() == 1);
  auto const solution = process.plans.document(world.call(), plan_of(world, "p1"), "solution");
  BOOST_TEST((solution.value() == object{{"recommendations", "r"}}));
}

BOOST_AUTO_TEST_CASE(when_others_changed_them_meanwhile_the_end_is_decided_anew) {
  World world;
  Process process(world);
  Locks const locks(world);
  std::atomic<int> decided = 0;
  Role const role(world, process, stages::solving, [&](sdk::Call const&, store::Plan const&) {
    auto end = locking(world, "solved");
    change_lock(world);
    end.again = [&](sdk::Call const&) -> sdk::Result<Finish> {
      ++decided;
      return locking(world, "waiting spinup");
    };
    return end;
  });
  submit(world, process, new_plan("p1"));
  set(world, "p1", {{"status", std::string("translated")}, {"translation", std::string("t")}});
  BOOST_TEST(reaches(world, "p1", "waiting spinup"));
  BOOST_TEST(decided == 1);
  BOOST_TEST(locks.value() == 2);
  BOOST_TEST(plan_of(world, "p1").solver_counter == 1);
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

BOOST_AUTO_TEST_CASE(a_failed_attempt_is_repeated_after_a_pause_and_given_up_after_the_third) {
  World world;
  Process process(world);
  std::atomic<int> tries = 0;
  Role const role(world, process, stages::translation,
                  [&](sdk::Call const&, store::Plan const& plan) -> sdk::Result<Finish> {
                    BOOST_TEST(plan.message.empty());  // cleared when the stage starts
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
  BOOST_TEST(hanging == 1);
  BOOST_TEST(plan_of(world, "1-fails").status == "template");
  BOOST_TEST(plan_of(world, "2-hangs").status == "translating");
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

#ifdef CONDUCTOR_FAILPOINTS
BOOST_AUTO_TEST_CASE(the_loser_of_a_race_takes_over_when_the_winner_dies) {
  World world;
  Process process(world);
  work::set_failpoints("controller.before_claim=sleep:50@1");
  Role const controller(
      world, process, stages::translation,
      [](sdk::Call const&, store::Plan const&) -> sdk::Result<Finish> { return finish("translated"); });
  submit(world, process, new_plan("p1"));
  // Another process claims the plan between the moment that ours has chosen it and its claim, and is never heard of
  // again.
  BOOST_REQUIRE(eventually([] {
    auto const passed = work::passed_failpoints();
    return std::find(passed.begin(), passed.end(), "controller.before_claim") != passed.end();
  }));
  set(world, "p1", {{"status", "translating"}, {"claim", "winner/1"}, {"fencing", std::int64_t{1}}});
  BOOST_TEST(reaches_with_time(world, "p1", "translated"));
  work::set_failpoints("");
  BOOST_TEST(plan_of(world, "p1").fencing == 3);  // the winner's, the one that ended it, ours
}

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

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(every_state_but_the_final_and_the_parked_one_is_claimed_by_one_stage) {
  for (auto const status : model::status::all) {
    int claims = 0;
    for (auto const* stage : stages::all) claims += stage->from == status || stage->working == status ? 1 : 0;
    bool const unclaimed = model::status::is_final(status) || status == model::status::waiting_spinup;
    BOOST_TEST(claims == (unclaimed ? 0 : 1), status);
  }
}

BOOST_AUTO_TEST_CASE(every_exit_is_a_status_and_every_stage_can_end_in_error) {
  for (auto const* stage : stages::all) {
    BOOST_TEST((stage->exit("error") != nullptr));
    for (auto const& exit : stage->exits)
      BOOST_TEST(
          (std::find(model::status::all.begin(), model::status::all.end(), exit.status) != model::status::all.end()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
