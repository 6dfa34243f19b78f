// Which locks a solved plan takes, and when it waits or begins anew (solver specification 14).
#include "services/solver/order_locks.hpp"

#include "core/model/status.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::services::solver;
namespace json = boost::json;
namespace locks = model::order_locks;
namespace status = model::status;

BOOST_AUTO_TEST_SUITE(order_locks)

namespace {

constexpr std::int64_t now = 5000, translated = 4000;

sdk::Row lock(std::string const& id, std::map<std::string, std::string_view> const& entries,
              std::optional<std::int64_t> completed = {}) {
  sdk::TextMap plans;
  for (auto const& [plan, state] : entries)
    plans[plan] = locks::to_text({.status = std::string(state),
                                  .created_ms = 1,
                                  .updated_ms = 2,
                                  .service_resource_id = "r-" + plan,
                                  .dependencies = {}});
  return {.id = id,
          .version = {"life", 7},
          .op = {},
          .columns = {{"plans", plans},
                      {"is_spinup_completed", completed.has_value()},
                      {"spinup_completed_timestamp", completed.value_or(0)}}};
}

LockDecision decide(Conflicts conflicts, std::vector<sdk::Row> const& rows) {
  return decide_locks(
      {.plan_id = "me", .translation_begin_ms = translated, .now_ms = now, .conflicts = std::move(conflicts)}, rows);
}

std::map<std::string, std::string> states_in(sdk::Mutation const& write) {
  std::map<std::string, std::string> states;
  for (auto const& [plan, text] : std::get<sdk::TextMap>(write.values.at("plans")))
    states[plan] = locks::entry_from(text).status;
  return states;
}

using States = std::map<std::string, std::string>;

json::object choice(std::string const& type, char const* conflict, std::string const& resource = "res") {
  json::object candidate{{"inventory_type", type}};
  if (conflict) candidate["conflict_id"] = conflict;
  return {{"candidate", candidate}, {"service_resource_id", resource}};
}

}  // namespace

// S72
BOOST_AUTO_TEST_CASE(conflicts_are_those_of_the_cloud_regions_each_once) {
  auto const conflicts = conflicts_of({{"a", choice("cloud", "x|", "r1")},
                                       {"b", choice("cloud", "y|", "r2")},
                                       {"c", choice("cloud", "x|", "r3")},
                                       {"d", choice("service", nullptr)}});
  BOOST_TEST(conflicts.size() == 2U);
  BOOST_TEST(conflicts.at("x|") == "r1");
  BOOST_TEST(conflicts.at("y|") == "r2");
}

BOOST_AUTO_TEST_CASE(nothing_is_locked_when_a_cloud_region_has_no_conflict_id) {
  BOOST_TEST(conflicts_of({{"a", choice("cloud", "x|")}, {"b", choice("cloud", nullptr)}}).empty());
  BOOST_TEST(conflicts_of({{"a", choice("service", nullptr)}}).empty());
}

BOOST_AUTO_TEST_CASE(free_regions_are_locked) {
  auto const decision = decide({{"x|", "r1"}, {"y|", "r2"}}, {});
  BOOST_TEST(decision.status == status::solved);
  BOOST_REQUIRE_EQUAL(decision.writes.size(), 2U);
  for (auto const& write : decision.writes) {
    BOOST_TEST((write.kind == sdk::Mutation::Kind::insert));
    BOOST_TEST(write.table == "order_locks");
    BOOST_TEST((states_in(write) == States{{"me", "under-spin-up"}}));
  }
  auto const entry = locks::entry_from(std::get<sdk::TextMap>(decision.writes[1].values.at("plans")).at("me"));
  BOOST_TEST(decision.writes[1].id == "y|");
  BOOST_TEST(entry.service_resource_id == "r2");
  BOOST_TEST(entry.created_ms == now);
}

BOOST_AUTO_TEST_CASE(a_plan_waits_for_who_brings_its_region_up_and_locks_nothing_else) {
  auto const decision = decide({{"x|", "r1"}, {"y|", "r2"}, {"z|", "r3"}},
                               {lock("x|", {{"other", "under-spin-up"}, {"third", "parked"}})});
  BOOST_TEST(decision.status == status::waiting_spinup);
  BOOST_REQUIRE_EQUAL(decision.writes.size(), 1U);
  auto const& write = decision.writes[0];
  BOOST_TEST(write.id == "x|");
  BOOST_TEST((write.expect.version == sdk::Version{"life", 7}));
  BOOST_TEST((states_in(write) == States{{"me", "parked"}, {"other", "under-spin-up"}, {"third", "parked"}}));
  BOOST_TEST(locks::entry_from(std::get<sdk::TextMap>(write.values.at("plans")).at("me")).dependencies == "y|,z|");
}

BOOST_AUTO_TEST_CASE(a_plan_that_waits_already_writes_its_entry_again) {
  auto const decision = decide({{"x|", "r1"}}, {lock("x|", {{"other", "under-spin-up"}, {"me", "parked"}})});
  BOOST_TEST(decision.status == status::waiting_spinup);
  BOOST_TEST(decision.writes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(inventory_that_is_older_than_a_spin_up_is_read_again) {
  auto const decision = decide({{"x|", "r1"}, {"y|", "r2"}}, {lock("x|", {{"other", "completed"}}, translated + 1),
                                                              lock("y|", {{"other", "under-spin-up"}})});
  BOOST_TEST(decision.status == status::template_);
  BOOST_TEST(decision.writes.empty());
}

BOOST_AUTO_TEST_CASE(a_spin_up_that_is_over_goes_into_history) {
  auto const decision = decide({{"x|", "r1"}}, {lock("x|", {{"other", "completed"}}, translated)});
  BOOST_TEST(decision.status == status::solved);
  BOOST_REQUIRE_EQUAL(decision.writes.size(), 2U);
  BOOST_TEST(decision.writes[0].table == "order_locks_history");
  // The same whoever writes it: a crash before the second write does not make a second entry.
  BOOST_TEST(decision.writes[0].id == "x|-" + std::to_string(translated));
  BOOST_TEST(std::get<std::string>(decision.writes[0].values.at("conflict_id")) == "x|");
  BOOST_TEST((states_in(decision.writes[0]) == States{{"other", "completed"}}));
  BOOST_TEST((states_in(decision.writes[1]) == States{{"me", "under-spin-up"}}));
  BOOST_TEST(!std::get<bool>(decision.writes[1].values.at("is_spinup_completed")));
}

BOOST_AUTO_TEST_CASE(a_history_entry_of_a_long_id_has_one_that_every_store_takes) {
  auto const decision =
      decide({{std::string(250, 'x'), "r1"}}, {lock(std::string(250, 'x'), {{"other", "completed"}}, translated)});
  BOOST_REQUIRE_EQUAL(decision.writes.size(), 2U);
  BOOST_TEST(decision.writes[0].id.size() <= 255U);
}

// S73
BOOST_AUTO_TEST_CASE(entries_of_a_failed_spin_up_are_removed_and_who_waited_behind_them_is_let_go) {
  auto const decision = decide({{"x|", "r1"}}, {lock("x|", {{"other", "failed"}, {"third", "parked"}})});
  BOOST_TEST(decision.status == status::solved);
  BOOST_REQUIRE_EQUAL(decision.writes.size(), 1U);
  BOOST_TEST((states_in(decision.writes[0]) == States{{"me", "under-spin-up"}, {"third", "rehome"}}));
  // A row that has only those is as good as none, whenever it ended.
  auto const after = decide({{"x|", "r1"}}, {lock("x|", {{"other", "failed"}}, now)});
  BOOST_TEST(after.status == status::solved);
  BOOST_TEST((states_in(after.writes.at(0)) == States{{"me", "under-spin-up"}}));
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_ours_already_is_kept) {
  auto const decision = decide({{"x|", "r1"}}, {lock("x|", {{"me", "under-spin-up"}, {"other", "parked"}})});
  BOOST_TEST(decision.status == status::solved);
  BOOST_TEST(decision.writes.empty());
}

BOOST_AUTO_TEST_SUITE_END()
