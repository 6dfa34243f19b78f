// What the embedded store does inside: the history of operations, the indexes that its lists use, the trimming of the
// change log, migration, and one transaction for many callers.
#include "store.hpp"
#include "conductor/sdk/claims.hpp"
#include "events.hpp"
#include "history.hpp"
#include "readers.hpp"
#include "rows.hpp"
#include "schema.hpp"
#include "tests/plugins/store/real_host.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::plugins::sqlite;

namespace {

// A database without the plugin around it.
struct Database {
  test::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "conductor.db";
  Connection connection{file};
  Database() {
    connection.configure();
    ensure(connection, file, 1000, "0123456789abcdef");
  }
  std::string plan(std::string const& sql) {
    auto statement = connection.use("EXPLAIN QUERY PLAN " + sql);
    std::string text;
    while (statement.step()) text += std::string(statement.text(3)) + "; ";
    return text;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite_store)

BOOST_AUTO_TEST_CASE(history_tells_how_long_ago_an_operation_was) {
  std::string ops;
  for (int i = 0; i < 20; ++i) ops = with_op(ops, "op" + std::to_string(i));
  BOOST_TEST(latest_op(ops) == "op19");
  BOOST_TEST(op_age(ops, "op19").value() == 0);
  BOOST_TEST(op_age(ops, "op8").value() == 11);
  BOOST_TEST(!op_age(ops, "op7").has_value());
  BOOST_TEST(!op_age(ops, "op1").has_value());
  BOOST_TEST(!op_age("", "op1").has_value());
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_multi_is_shown_without_its_step) {
  BOOST_TEST(latest_op(std::string("op") + step_mark + "3 before") == "op");
}

BOOST_AUTO_TEST_CASE(lists_by_status_use_their_partial_index_and_sort_nothing) {
  Database database;
  auto const& plans = sdk::tables::plans;
  for (auto const& [status, index] :
       std::vector<std::pair<std::string, std::string>>{{"template", "plans_unfinished"},
                                                        {"waiting spinup", "plans_unfinished"},
                                                        {"done", "plans_finished"},
                                                        {"not found", "plans_finished"}}) {
    auto const plan = database.plan(sql_of(plans).select + list_condition(plans, {{"status", status}}) +
                                    R"( AND ("created_ms", "id") > (1, 'x'))" + sql_of(plans).order);
    BOOST_TEST(plan.find("USING INDEX " + index) != std::string::npos, plan);
    BOOST_TEST(plan.find("TEMP B-TREE") == std::string::npos, plan);
  }
}

BOOST_AUTO_TEST_CASE(lists_of_all_rows_and_of_other_indexes_sort_nothing) {
  Database database;
  for (auto const& table : sdk::tables::all) {
    sdk::Values where;
    for (auto const column : table.index) where[std::string(column)] = std::string("x");
    for (auto const& condition : {list_condition(table, {}), list_condition(table, where)}) {
      auto const plan = database.plan(sql_of(table).select + condition + sql_of(table).order);
      BOOST_TEST(plan.find("TEMP B-TREE") == std::string::npos, table.name << ": " << plan);
    }
  }
}

BOOST_AUTO_TEST_CASE(old_events_are_trimmed_and_the_newest_stays) {
  Database database;
  for (int i = 0; i < 10; ++i) append_put(database.connection, "plans", "p", i, i < 5 ? 0 : kept_ms);
  trim_events(database.connection, kept_ms + 10);
  BOOST_TEST(oldest_event(database.connection) == 6);
  trim_events(database.connection, 10 * kept_ms);
  BOOST_TEST(oldest_event(database.connection) == 10);
  BOOST_TEST(newest_event(database.connection) == 10);
}

BOOST_AUTO_TEST_CASE(cursors_of_another_installation_are_recognised) {
  BOOST_TEST(cursor_seq("abc", cursor_text("abc", 17)).value() == 17);
  BOOST_TEST(!cursor_seq("abd", cursor_text("abc", 17)).has_value());
  BOOST_TEST(!cursor_seq("abc", "abc:17x").has_value());
  BOOST_TEST(!cursor_seq("abc", "").has_value());
}

BOOST_AUTO_TEST_CASE(a_migration_adds_what_is_missing_and_keeps_the_rows) {
  Database database;
  database.connection.execute(
      "INSERT INTO plans(id, inc, ver, created_ms, updated_ms, ops, name) VALUES('p', 1, 1, 1, 1, 'op', 'kept');"
      "ALTER TABLE plans DROP COLUMN submitter; DROP TABLE deliveries");
  migrate(database.connection, 1, "x");
  BOOST_TEST(database.connection.single("SELECT count(*) FROM plans WHERE name = 'kept' AND submitter = ''") == 1);
  BOOST_TEST(database.connection.single("SELECT count(*) FROM deliveries") == 0);
  BOOST_TEST(installation(database.connection) == "01234567");  // not the one given to the second migration
}

BOOST_AUTO_TEST_CASE(updated_ms_grows_though_the_wall_clock_jumps_back) {
  test::TemporaryDirectory directory;
  test::RealHost host(directory.path());
  SqliteStore store(host, test::settings_for<SqliteStore>());
  BOOST_REQUIRE(store.start({}).has_value());
  BOOST_REQUIRE(static_cast<bool>(store.ensure_schema({})));
  auto const made = store.insert({}, "plans", "p", {}, "op1", sdk::Durability::full);
  auto const before = store.get({}, "plans", "p", sdk::Strength::strong).value.updated_ms;
  host.clock().shift = -std::chrono::hours(1);
  sdk::Expect expect;
  expect.version = made.version;
  BOOST_TEST(static_cast<bool>(store.update({}, "plans", "p", {{"name", "x"}}, expect, "op2", sdk::Durability::full)));
  BOOST_TEST(store.get({}, "plans", "p", sdk::Strength::strong).value.updated_ms == before + 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_was_left_in_a_transaction_is_not_lent_again) {
  Database database;
  test::RealClock clock;
  Readers readers(clock, database.file, 1);
  auto const plans = R"sql(SELECT count(*) FROM "plans")sql";
  {
    auto const left = readers.lend({});
    left->execute("BEGIN");
    BOOST_TEST(left->single(plans) == 0);
  }
  database.connection.execute(R"sql(INSERT INTO "plans"("id", "inc", "ver", "created_ms", "updated_ms", "ops")
                                    VALUES('p', 1, 1, 1, 1, ''))sql");
  BOOST_TEST(readers.lend({})->single(plans) == 1);
}

BOOST_AUTO_TEST_CASE(a_locked_file_makes_calls_end_at_their_deadline_without_effect) {
  test::TemporaryDirectory directory;
  test::RealHost host(directory.path());
  SqliteStore store(host, test::settings_for<SqliteStore>());
  BOOST_REQUIRE(store.start({}).has_value());
  BOOST_REQUIRE(static_cast<bool>(store.ensure_schema({})));
  Connection other(directory.path() / "conductor.db");
  other.execute("BEGIN IMMEDIATE");
  auto const start = host.clock().now();
  auto const call = test::call_of(host.clock(), std::chrono::milliseconds(150));
  auto const refused = store.insert(call, "plans", "p", {}, "op", sdk::Durability::full);
  BOOST_TEST((refused.outcome == sdk::Outcome::unavailable), refused.text);
  BOOST_TEST((host.clock().now() - start < std::chrono::milliseconds(250)));
  other.execute("ROLLBACK");
  BOOST_TEST((store.insert({}, "plans", "q", {}, "op", sdk::Durability::full).outcome == sdk::Outcome::ok));
  BOOST_TEST((store.get({}, "plans", "p", sdk::Strength::strong).outcome == sdk::Outcome::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
