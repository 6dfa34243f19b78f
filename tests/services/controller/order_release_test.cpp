// What a release does to lock rows and plans, also when it is repeated, refused or disturbed (API specification 11,
// solver specification 14).
#include "services/controller/order_release.hpp"
#include "core/model/status.hpp"
#include "core/store/rows.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::services::controller::testing {

namespace json = boost::json;
namespace locks = model::order_locks;

namespace {

struct Orders {
  tests::World world;
  store::Plans plans{world.store, world.clock()};
  OrderRelease orders{plans, world.clock(), world.log()};

  void plan(std::string const& id, std::string const& status = "waiting spinup") {
    BOOST_REQUIRE(plans.create(world.call(), tests::new_plan(id)).has_value());
    sdk::Expect expect;
    expect.columns["status"] = std::string("template");
    BOOST_REQUIRE(world.store.update(world.call(), "plans", id,
                                     {{"status", status},
                                      {"message", std::string("old")},
                                      {"solution", std::string("x")},
                                      {"solver_counter", std::int64_t{2}}},
                                     expect, sdk::random_id(), sdk::Durability::full));
  }
  void lock(std::string const& id, std::vector<std::array<std::string, 3>> const& entries) {
    sdk::TextMap map;
    for (auto const& [plan_id, status, resource] : entries)
      map[plan_id] = locks::to_text(
          {.status = status, .created_ms = 1, .updated_ms = 1, .service_resource_id = resource, .dependencies = ""});
    BOOST_REQUIRE(world.store.insert(world.call(), locks::table, id, {{"plans", std::move(map)}}, sdk::random_id(),
                                     sdk::Durability::full));
  }
  json::object release(std::string const& status, std::string const& resource) {
    auto const item = json::object{{"status", status}, {"service-resource-id", resource}};
    return orders.release(world.call(), json::object{{"release-locks", json::array{item}}}).value();
  }
  std::string status(std::string const& id) { return plans.get(world.call(), id).value().status; }
  std::string entry(std::string const& lock_id, std::string const& plan_id) {
    auto const row = world.store.get(world.call(), locks::table, lock_id, sdk::Strength::strong).value;
    return locks::entry_from(row.map("plans").at(plan_id)).status;
  }
  static json::object decision(std::string const& id, bool rehome) {
    return {{"plan_id", id}, {"should_rehome", rehome}};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order_release, Orders)

BOOST_AUTO_TEST_CASE(a_completed_spin_up_sends_the_waiting_plans_back_to_translation) {
  plan("spinning", "solved");
  plan("parked");
  lock("c1", {{"spinning", "under-spin-up", "fw"}, {"parked", "parked", "other"}});
  auto const answer = release("completed", "fw");
  BOOST_TEST(answer.at("status").as_string() == "success");
  BOOST_TEST(answer.at("message") == json::value(json::array{decision("parked", true)}));
  BOOST_TEST(entry("c1", "spinning") == "completed");
  BOOST_TEST(entry("c1", "parked") == "rehome");
  auto const row = world.store.get(world.call(), locks::table, "c1", sdk::Strength::strong).value;
  BOOST_TEST(row.boolean("is_spinup_completed"));
  BOOST_TEST(row.integer("spinup_completed_timestamp") == world.clock().wall_ms());
  auto const parked = plans.get(world.call(), "parked").value();
  BOOST_TEST(parked.status == "template");
  BOOST_TEST(parked.message == "");
  BOOST_TEST(parked.row.text("solution") == "");
  BOOST_TEST(parked.solver_counter == 0);
  BOOST_TEST(parked.row.list("history").size() == 2U);
  BOOST_TEST(status("spinning") == "solved");
}

BOOST_AUTO_TEST_CASE(any_word_but_failed_is_success_and_odd_ones_are_logged) {
  plan("parked");
  lock("c1", {{"spinning", "under-spin-up", "fw"}, {"parked", "parked", ""}});
  release("Terminado", "fw");
  BOOST_TEST(status("parked") == "template");
  bool logged = false;
  for (auto const& line : world.host.lines())
    logged = logged || line.text.find("'Terminado' is taken for success") != std::string::npos;
  BOOST_TEST(logged);
}

BOOST_AUTO_TEST_CASE(a_failed_spin_up_ends_the_waiting_plans_in_error) {
  plan("parked");
  plan("spinning", "solved");
  lock("c1", {{"spinning", "under-spin-up", "fw"}, {"parked", "parked", "x"}});
  auto const answer = release("FAILED", "fw");
  BOOST_TEST(answer.at("message").as_array().size() == 2U);
  auto const parked = plans.get(world.call(), "parked").value();
  BOOST_TEST(parked.status == "error");
  BOOST_TEST(parked.message == "Error due to failed cloud candidate spin-up in MSO (service_resource_id: fw).");
  BOOST_TEST(status("spinning") == "solved");
  BOOST_TEST(entry("c1", "parked") == "failed");
}

BOOST_AUTO_TEST_CASE(a_plan_that_waits_for_another_lock_too_keeps_waiting) {
  plan("parked");
  lock("c1", {{"a", "under-spin-up", "fw"}, {"parked", "parked", ""}});
  lock("c2", {{"b", "under-spin-up", "mux"}, {"parked", "parked", ""}});
  BOOST_TEST(release("completed", "fw").at("message") == json::value(json::array{decision("parked", false)}));
  BOOST_TEST(status("parked") == "waiting spinup");
  BOOST_TEST(release("completed", "mux").at("message") == json::value(json::array{decision("parked", true)}));
  BOOST_TEST(status("parked") == "template");
}

// Solver specification S74
BOOST_AUTO_TEST_CASE(one_release_concerns_all_rows_with_the_resource) {
  plan("one");
  plan("two");
  lock("c1", {{"a", "under-spin-up", "fw"}, {"one", "parked", ""}});
  lock("c2", {{"b", "under-spin-up", "fw"}, {"two", "parked", ""}});
  BOOST_TEST(release("completed", "fw").at("message").as_array().size() == 2U);
  BOOST_TEST(status("one") == "template");
  BOOST_TEST(status("two") == "template");
}

// Solver specification S74
BOOST_AUTO_TEST_CASE(entries_that_are_completed_already_stay) {
  lock("c1", {{"old", "completed", "x"}, {"a", "under-spin-up", "fw"}});
  release("failed", "fw");
  BOOST_TEST(entry("c1", "old") == "completed");
  BOOST_TEST(entry("c1", "a") == "failed");
}

BOOST_AUTO_TEST_CASE(a_repeated_release_answers_the_same_and_changes_nothing) {
  plan("parked");
  lock("c1", {{"a", "under-spin-up", "fw"}, {"parked", "parked", ""}});
  auto const first = release("completed", "fw");
  auto const row = world.store.get(world.call(), "plans", "parked", sdk::Strength::strong).value;
  BOOST_TEST(release("completed", "fw") == first);
  BOOST_TEST((world.store.get(world.call(), "plans", "parked", sdk::Strength::strong).value.version == row.version));
}

BOOST_AUTO_TEST_CASE(a_call_finishes_what_another_left_half_done) {
  // The lock row was released; the plan was not reached.
  plan("parked");
  lock("c1", {{"a", "completed", "fw"}, {"parked", "rehome", ""}});
  BOOST_TEST(release("completed", "unrelated").at("message").as_string() ==
             "Orders have been released, but no plans are effected in Conductor");
  BOOST_TEST(status("parked") == "template");
}

BOOST_AUTO_TEST_CASE(a_reset_plan_that_waits_for_a_new_lock_is_not_reset_by_an_old_one) {
  plan("parked");
  lock("old", {{"a", "completed", "fw"}, {"parked", "rehome", ""}});
  lock("new", {{"b", "under-spin-up", "mux"}, {"parked", "parked", ""}});
  release("completed", "fw");
  BOOST_TEST(status("parked") == "waiting spinup");
}

// Solver specification S74
BOOST_AUTO_TEST_CASE(plans_that_are_gone_are_skipped) {
  lock("c1", {{"a", "under-spin-up", "fw"}, {"gone", "parked", ""}});
  BOOST_TEST(release("completed", "fw").at("message").is_string());
  BOOST_TEST(entry("c1", "gone") == "rehome");
}

BOOST_AUTO_TEST_CASE(a_change_in_between_is_read_again) {
  plan("parked");
  lock("c1", {{"a", "under-spin-up", "fw"}});
  // Somebody parks a plan while the release is under way: the first group of mutations fails, the second sees it.
  bool once = true;
  world.store.before_multi = [&] {
    if (!std::exchange(once, false)) return;
    sdk::TextMap map;
    map["a"] = locks::to_text({.status = "under-spin-up", .service_resource_id = "fw", .dependencies = ""});
    map["parked"] = locks::to_text({.status = "parked", .service_resource_id = "", .dependencies = ""});
    sdk::Expect expect;
    expect.columns["is_spinup_completed"] = false;
    BOOST_REQUIRE(world.memory.update(world.call(), locks::table, "c1", {{"plans", std::move(map)}}, expect,
                                      sdk::random_id(), sdk::Durability::full));
  };
  release("completed", "fw");
  BOOST_TEST(entry("c1", "parked") == "rehome");
  BOOST_TEST(status("parked") == "template");
}

BOOST_AUTO_TEST_CASE(a_bad_body_is_refused_with_the_path_of_the_bad_item) {
  std::pair<char const*, char const*> const cases[] = {
      {"[]", "-> release-locks must be a list"},
      {"{}", "-> release-locks must be a list"},
      {R"({"release-locks": {}})", "-> release-locks must be a list"},
      {R"({"release-locks": [7]})", "-> release-locks[0] must be an object"},
      {R"({"release-locks": [{"status": "x", "service-resource-id": "a"}, {"status": "x"}]})",
       "-> release-locks[1].service-resource-id must be a text"},
      {R"({"release-locks": [{"status": "", "service-resource-id": "a"}]})", "-> release-locks[0].status must be"},
      {R"({"release-locks": [{"status": 1, "service-resource-id": "a"}]})", "-> release-locks[0].status must be"}};
  for (auto const& [body, text] : cases) {
    auto const answer = orders.release(world.call(), json::parse(body));
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST((answer.error().code == sdk::Errc::invalid));
    BOOST_TEST(answer.error().text.starts_with(text), answer.error().text);
  }
  BOOST_TEST(world.store.calls == 0);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_down_is_told) {
  world.store.down = true;
  auto const answer = orders.release(world.call(), json::object{{"release-locks", json::array()}});
  BOOST_TEST((answer.error().code == sdk::Errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::controller::testing
