// What the store keeps on MUSIC: schema, rows, documents, and what stands in the log.
#include "keys.hpp"
#include "music_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace std::chrono_literals;
using sdk::Outcome;
using simulators::music::Music;
using simulators::music::Rules;
using test::full;
using test::strong;
using Fixture = test::MusicFixture;

BOOST_AUTO_TEST_SUITE(music_keeping)

// --- schema
BOOST_AUTO_TEST_CASE(a_keyspace_that_clients_may_not_create_is_asked_for) {
  Rules rules;
  rules.may_create_keyspaces = false;
  Music music(rules);
  test::SimulatedHost host(music);
  plugins::music::MusicStore store(host, test::settings_for<plugins::music::MusicStore>());
  auto const schema = store.ensure_schema(test::call_of(host.clock()));
  BOOST_TEST((schema.outcome == Outcome::schema));
  BOOST_TEST(schema.text.find("keyspace 'conductor2'") != std::string::npos, schema.text);
  BOOST_TEST(schema.text.find("create it") != std::string::npos, schema.text);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_and_somebody_elses_keyspace_are_refused_and_left_alone) {
  Fixture test;
  test.music.damage("conductor2", "installation", "schema", "schema_number", sdk::store_schema_version + 1000);
  BOOST_TEST((test.store->ensure_schema(test.call()).outcome == Outcome::schema));
  test.music.damage("conductor2", "installation", "schema", "product", "other");
  auto const other = test.store->ensure_schema(test.call());
  BOOST_TEST((other.outcome == Outcome::schema));
  BOOST_TEST(other.text.find("'other'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_keyspace_with_tables_of_something_else_is_refused) {
  Music music;
  auto const post = [&](std::string const& path, boost::json::object body) {
    body["consistencyInfo"] = boost::json::object{{"type", "eventual"}};
    sdk::HttpRequest request{"POST", "/MUSIC/rest/v2" + path, {{"Content-Type", "application/json"}}, ""};
    request.body = boost::json::serialize(body);
    BOOST_TEST(music.answer(request).status == 200);
  };
  post("/keyspaces/conductor2", {{"replicationInfo", {{"class", "SimpleStrategy"}}}});
  post("/keyspaces/conductor2/tables/plans",
       {{"fields", {{"id", "text"}, {"status", "text"}, {"PRIMARY KEY", "(id)"}}}});
  test::SimulatedHost host(music);
  plugins::music::MusicStore store(host, test::settings_for<plugins::music::MusicStore>());
  auto const schema = store.ensure_schema(test::call_of(host.clock()));
  BOOST_TEST((schema.outcome == Outcome::schema));
  BOOST_TEST(schema.text.find("layout to compat") != std::string::npos, schema.text);
}

// --- what is stored
BOOST_AUTO_TEST_CASE(no_column_of_a_row_is_ever_null) {
  Fixture test;
  test.plan("p");
  auto const stored = test.music.row("conductor2", "plans", "p").as_object();
  for (auto const& [name, value] : stored)
    if (name != "vector_ts") BOOST_TEST(!value.is_null(), std::string(name));
}

BOOST_AUTO_TEST_CASE(a_removed_row_is_a_mark_that_is_purged_later) {
  Fixture test;
  auto const row = test.plan("p");
  sdk::Expect expect;
  expect.version = row.version;
  BOOST_TEST((test.store->remove(test.call(), "plans", "p", expect, "op", full).outcome == Outcome::ok));
  BOOST_TEST(test.music.row("conductor2", "plans", "p").at("gone").as_bool());
  test.store->sweep_blobs(test.call(), 0ms, 100);
  BOOST_TEST(!test.music.row("conductor2", "plans", "p").is_null());
  test.host.clock().shift = 11min;
  test.store->sweep_blobs(test.call(), 0ms, 100);
  BOOST_TEST(test.music.row("conductor2", "plans", "p").is_null());
}

BOOST_AUTO_TEST_CASE(a_document_in_use_leaves_the_list_of_loose_ones_and_returns_when_its_row_goes) {
  Fixture test;
  auto const generation = test.store->put_blob(test.call(), {"plans", "p", "template"}, "text", full).value;
  test.store->insert(test.call(), "plans", "p", {{"template", generation}}, "op", full);
  auto const key = "plans__p__template__" + generation;
  test.host.clock().shift = 11min;
  test.store->sweep_blobs(test.call(), 0ms, 100);
  BOOST_TEST(test.music.row("conductor2", "loose", key).is_null());
  sdk::Expect expect;
  expect.version = test.row("p").version;
  test.store->remove(test.call(), "plans", "p", expect, "op2", full);
  BOOST_TEST(!test.music.row("conductor2", "loose", key).is_null());
  test.host.clock().shift = 12min;
  BOOST_TEST(test.store->sweep_blobs(test.call(), 0ms, 100).value == 1);
  BOOST_TEST((test.store->get_blob(test.call(), {"plans", "p", "template"}, generation).outcome == Outcome::not_found));
}

BOOST_AUTO_TEST_CASE(a_damaged_generation_does_not_keep_the_sweep_busy) {
  Fixture test;
  for (auto const* const generation : {"1-abc-4611686018427387904", "1-abc-0", "-5-abc-1", "x"}) {
    auto const id = plugins::music::joined({"plans", "p", "template", generation});
    auto const now = test.host.clock().wall_ms();
    sdk::HttpRequest request{
        "POST", "/MUSIC/rest/v2/keyspaces/conductor2/tables/loose/rows", {{"Content-Type", "application/json"}}, ""};
    request.body = boost::json::serialize(
        boost::json::object{{"values", {{"id", id}, {"hour", std::to_string(now / 3'600'000)}, {"at", now}}},
                            {"consistencyInfo", {{"type", "eventual"}}}});
    BOOST_TEST(test.music.answer(request).status == 200);
    auto const swept = test.store->sweep_blobs(test.call(2s), -1s, 100);
    BOOST_TEST((swept.outcome == Outcome::ok), generation << ": " << swept.text);
    BOOST_TEST(test.music.row("conductor2", "loose", id).is_null(), generation);
    BOOST_TEST(
        (test.store->get_blob(test.call(2s), {"plans", "p", "template"}, generation).outcome == Outcome::not_found));
  }
}

BOOST_AUTO_TEST_CASE(passwords_stand_in_no_line_of_the_log) {
  Fixture test(
      {}, {{"aafuser", "someone"}, {"aafpass", "hush-hush"}, {"server_url", std::vector<std::string>{"http://a/v2"}}});
  test.host.client("http://a/v2").down = true;
  auto const read = test.store->get(test.call(100ms), "plans", "p", strong);
  BOOST_TEST(read.text.find("hush-hush") == std::string::npos);
  for (auto const& line : test.host.lines()) BOOST_TEST(line.find("hush-hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(requests_are_logged_on_demand_without_what_they_carry) {
  Fixture test({}, {{"debug", true}});
  test.store->insert(test.call(), "plans", "p", {{"name", "somebody's secret"}}, "op", full);
  auto const lines = test.host.lines();
  BOOST_TEST(std::any_of(lines.begin(), lines.end(), [](auto const& line) {
    return line.find("POST /keyspaces/conductor2/tables/plans/rows: HTTP 200") != std::string::npos;
  }));
  for (auto const& line : lines) BOOST_TEST(line.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
