// Ends of a plan that change rows beside it.
#include "tests/core/workflow/worker_fixture.hpp"

using namespace conductor;
using namespace conductor::tests;
using namespace conductor::tests::workers;

namespace {

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

}  // namespace

BOOST_AUTO_TEST_SUITE(worker)

// Solver specification S71
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

BOOST_AUTO_TEST_SUITE_END()
