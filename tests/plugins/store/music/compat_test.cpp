// The layout compat: what an original Conductor finds in the keyspace, and what it leaves there.
#include "compat_rows.hpp"
#include "conductor/sdk/claims.hpp"
#include "sdk/conformance/store/suite.hpp"
#include "simulated_host.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

using namespace conductor;
using namespace std::chrono_literals;
using sdk::Outcome;

BOOST_AUTO_TEST_SUITE(music_compat)

namespace {

namespace json = boost::json;
constexpr auto strong = sdk::Strength::strong;
constexpr auto full = sdk::Durability::full;

struct Fixture {
  Fixture() : host(music), store(test::open_music(host, {{"layout", "compat"}, {"polling_interval", 0.1}})) {}
  ~Fixture() { store->stop(); }

  sdk::Call call() { return test::call_of(host.clock()); }
  json::object stored(std::string const& table, std::string const& id, std::string const& keyspace = "conductor") {
    auto const row = music.row(keyspace, table, id);
    BOOST_REQUIRE(row.is_object());
    return row.as_object();
  }
  sdk::Row row(std::string const& id) { return store->get(call(), "plans", id, strong).value; }
  std::string put(std::string const& id, std::string const& kind, std::string const& text) {
    return store->put_blob(call(), {"plans", id, kind}, "j" + text, full).value;
  }
  // What an original does: an atomic update of all it wants, under a condition.
  int original(std::string const& id, json::object values, json::object conditions) {
    sdk::HttpRequest request{"PUT",
                             "/MUSIC/rest/v2/keyspaces/conductor/tables/plans/rows?id=" + id,
                             {{"Content-Type", "application/json"}},
                             ""};
    request.body = json::serialize(json::object{{"values", std::move(values)},
                                                {"conditions", std::move(conditions)},
                                                {"consistencyInfo", {{"type", "atomic"}}}});
    return music.answer(request).status;
  }

  simulators::music::Music music;
  test::SimulatedHost host;
  std::unique_ptr<plugins::music::MusicStore> store;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_plan_has_the_columns_of_the_original_and_no_other) {
  Fixture test;
  auto const generation = test.put("p", "template", R"({"template":{"a":1}})");
  test.store->insert(test.call(), "plans", "p",
                     {{"status", "template"},
                      {"name", "n"},
                      {"timeout", std::int64_t{3600}},
                      {"recommend_max", "1"},
                      {"template", generation},
                      {"request_id", "r"}},
                     "op", full);
  auto const plan = test.stored("plans", "p");
  std::set<std::string> columns;
  for (auto const& [name, value] : plan) columns.emplace(name);
  std::set<std::string> const wanted{"id",
                                     "status",
                                     "created",
                                     "updated",
                                     "name",
                                     "timeout",
                                     "recommend_max",
                                     "message",
                                     "template",
                                     "translation",
                                     "solution",
                                     "translation_owner",
                                     "solver_owner",
                                     "reservation_owner",
                                     "translation_counter",
                                     "solver_counter",
                                     "reservation_counter",
                                     "translation_begin_timestamp"};
  BOOST_TEST(columns == wanted, boost::test_tools::per_element());
  BOOST_TEST(plan.at("template") == R"({"a":1})");
  BOOST_TEST(plan.at("timeout") == 3600);
  BOOST_TEST(plan.at("translation_owner") == "");
  BOOST_TEST(plan.at("created") == plan.at("updated"));
  BOOST_TEST(test.row("p").text("request_id") == "r");
  auto const document = test.store->get_blob(test.call(), {"plans", "p", "template"}, generation);
  BOOST_TEST(document.value == R"(j{"template":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(a_claim_stands_in_the_owner_column_of_its_stage) {
  Fixture test;
  test.store->insert(test.call(), "plans", "p", {{"status", "translated"}}, "op", full);
  auto const row = test.row("p");
  sdk::ClaimStep const take{
      "plans", "translated", "solving", {{"solver_owner", "w"}, {"solver_counter", std::int64_t{1}}}};
  BOOST_TEST((sdk::claim(*test.store, test.call(), row, take, "w/1").outcome == Outcome::ok));
  auto const plan = test.stored("plans", "p");
  BOOST_TEST(plan.at("status") == "solving");
  BOOST_TEST(plan.at("solver_owner") == "w/1");
  BOOST_TEST(plan.at("solver_counter") == 1);
  auto const held = test.row("p");
  BOOST_TEST(held.text("claim") == "w/1");
  BOOST_TEST(held.text("solver_owner") == "w");
  BOOST_TEST(held.integer("fencing") == 1);
  BOOST_TEST((sdk::complete(*test.store, test.call(), "p", {"plans", "solving", "solved", {}}, "w/2").outcome ==
              Outcome::conflict));
  BOOST_TEST(
      (sdk::complete(*test.store, test.call(), "p", {"plans", "solving", "solved", {}}, "w/1").outcome == Outcome::ok));
  BOOST_TEST(test.stored("plans", "p").at("solver_owner") == "w");
}

BOOST_AUTO_TEST_CASE(of_an_original_and_this_program_one_gets_the_plan) {
  Fixture test;
  test.store->insert(test.call(), "plans", "p", {{"status", "translated"}}, "op", full);
  auto const row = test.row("p");
  auto const later = row.updated_ms + 5;
  BOOST_TEST(test.original("p", {{"status", "solving"}, {"solver_owner", "host-a"}, {"updated", later}},
                           {{"status", "translated"}}) == 200);
  BOOST_TEST((sdk::claim(*test.store, test.call(), row, {"plans", "translated", "solving", {}}, "w/1").outcome ==
              Outcome::conflict));
  // The original is a worker, whose plan stands still; nobody takes it for dead at once.
  auto const workers = test.store->workers(test.call());
  BOOST_REQUIRE(workers.value.size() == 1U);
  BOOST_TEST(workers.value[0].id == "host-a");
  BOOST_TEST(workers.value[0].ttl_ms == 600'000);
  BOOST_TEST(test.row("p").text("claim") == "host-a");

  auto const now = test.row("p");
  BOOST_TEST((sdk::takeover(*test.store, test.call(), now, {"plans", "solving", "solving", {}}, "w/2").outcome ==
              Outcome::ok));
  // As it completes: under its host name, which is no owner any more.
  BOOST_TEST(test.original("p", {{"status", "solved"}}, {{"solver_owner", "host-a"}}) == 400);
}

BOOST_AUTO_TEST_CASE(owners_in_the_wild_that_mean_nobody_are_read_as_nobody) {
  Fixture test;
  test.store->insert(test.call(), "plans", "p", {{"status", "solving"}}, "op", full);
  test.original("p", {{"solver_owner", json::object{}}, {"translation_owner", nullptr}, {"solution", "{}"}}, {});
  auto const row = test.row("p");
  BOOST_TEST(row.text("claim") == "");
  BOOST_TEST(row.text("translation_owner") == "");
  BOOST_TEST(row.text("solution") == "");
}

BOOST_AUTO_TEST_CASE(messages_lie_in_the_table_of_their_topic) {
  Fixture test;
  auto const args = test.store->put_blob(test.call(), {"messages", "m", "args"}, R"(j{"x":1})", full).value;
  test.store->insert(
      test.call(), "messages", "m",
      {{"topic", "data"}, {"method", "resolve"}, {"status", "enqueued"}, {"args", args}, {"plan_id", "p"}}, "op", full);
  auto const message = test.stored("data", "m", "conductor_rpc");
  BOOST_TEST(message.at("action") == "call");
  BOOST_TEST(message.at("args") == R"({"x":1})");
  BOOST_TEST(message.at("status") == "enqueued");
  auto const listed =
      test.store->list(test.call(), "messages", {{"topic", "data"}, {"status", "enqueued"}}, std::nullopt, 10);
  BOOST_REQUIRE(listed.value.rows.size() == 1U);
  auto const row = listed.value.rows[0];
  BOOST_TEST(row.text("topic") == "data");
  BOOST_TEST(row.text("plan_id") == "p");
  BOOST_TEST((sdk::claim(*test.store, test.call(), row, {"messages", "enqueued", "working", {}}, "w/1").outcome ==
              Outcome::ok));
  BOOST_TEST(test.stored("data", "m", "conductor_rpc").at("owner") == "w/1");
  sdk::Expect expect;
  expect.claim = "w/1";
  BOOST_TEST((test.store->remove(test.call(), "messages", "m", expect, "op2", full).outcome == Outcome::ok));
  BOOST_TEST(test.music.row("conductor_rpc", "data", "m").is_null());
}

BOOST_AUTO_TEST_CASE(order_locks_keep_their_map_and_notice_other_writers) {
  Fixture test;
  sdk::TextMap const plans{{"p", R"({"status":"parked","dependencies":"a,b"})"}};
  test.store->insert(test.call(), "order_locks", "region-east_vfw-9", {{"plans", plans}}, "op", full);
  auto const row = test.store->get(test.call(), "order_locks", "region-east_vfw-9", strong).value;
  BOOST_TEST(row.map("plans").at("p") == plans.at("p"));
  sdk::Expect expect;
  expect.version = row.version;
  auto const spun =
      test.store->update(test.call(), "order_locks", row.id, {{"is_spinup_completed", true}}, expect, "op2", full);
  BOOST_TEST((spun.outcome == Outcome::ok), spun.text);
  auto const again =
      test.store->update(test.call(), "order_locks", row.id, {{"is_spinup_completed", false}}, expect, "op3", full);
  BOOST_TEST((again.outcome == Outcome::conflict));
}

BOOST_AUTO_TEST_CASE(ids_that_cannot_be_locked_are_refused) {
  Fixture test;
  BOOST_TEST((test.store->insert(test.call(), "plans", "a.b", {}, "op", full).outcome == Outcome::invalid));
  BOOST_TEST((test.store->insert(test.call(), "attempts", "plan/1", {}, "op", full).outcome == Outcome::ok));
}

BOOST_AUTO_TEST_CASE(a_claim_whose_reply_is_lost_is_found_to_be_won_by_its_token) {
  Fixture test;
  test.store->insert(test.call(), "plans", "p", {{"status", "translated"}}, "op", full);
  auto const row = test.row("p");
  simulators::music::Fault lost;
  lost.kind = simulators::music::Fault::Kind::drop;
  lost.method = "PUT";
  lost.path = "/plans/rows?id=";
  lost.count = 1;
  test.host.client().faults.add(lost);
  BOOST_TEST((sdk::claim(*test.store, test.call(), row, {"plans", "translated", "solving", {}}, "w/1").outcome ==
              Outcome::ok));
  BOOST_TEST(test.row("p").text("claim") == "w/1");
}

BOOST_AUTO_TEST_CASE(changes_by_an_original_are_told) {
  Fixture test;
  std::mutex mutex;
  std::map<std::string, std::int64_t> told;
  auto const watch = test.store->watch(test.call(), {{"plans"}}, "", [&](sdk::Event const& event) {
    std::lock_guard const lock(mutex);
    told[event.id] = event.kind == sdk::Event::Kind::remove ? -1 : event.number;
  });
  test.store->insert(test.call(), "plans", "p", {{"status", "template"}}, "op", full);
  auto const seen = [&](std::int64_t number) {
    for (int i = 0; i < 500; ++i) {
      {
        std::lock_guard const lock(mutex);
        if (told["p"] == number) return true;
      }
      test.host.clock().sleep_for(10ms, {});
    }
    return false;
  };
  auto const first = test.row("p").updated_ms;
  BOOST_TEST(seen(first));
  test.original("p", {{"status", "done"}, {"updated", first + 9}}, {});
  BOOST_TEST(seen(first + 9));
}

BOOST_AUTO_TEST_CASE(writers_do_not_wait_for_a_look_at_what_an_original_has_changed) {
  Fixture test;
  std::atomic<bool> begun = false, asked = false, written = false;
  std::future<sdk::Written> write;
  test.host.client().before = [&](sdk::HttpRequest const& request) {
    if (!begun || request.target.find("status=solving") == std::string::npos || asked.exchange(true)) return;
    write = std::async(std::launch::async, [&] {
      return test.store->insert(test.call(), "plans", "p", {{"status", "template"}}, "op", full);
    });
    written = write.wait_for(5s) == std::future_status::ready;
  };
  auto const watch = test.store->watch(test.call(), {{"plans"}}, "", [](sdk::Event const&) {});
  begun = true;
  for (int i = 0; i < 1000 && !written; ++i) test.host.clock().sleep_for(10ms, {});
  BOOST_TEST(asked);
  BOOST_TEST(written);
}

// What documents wait in, without a store around it.
struct Waiting {
  Waiting() : host(music), wire(host, {}), native(wire, "conductor"), documents(wire, native, "conductor") {}
  // Of so many bytes, told apart by the letter.
  std::string put(char letter, std::size_t bytes = 4U << 20U) {
    return documents.put({}, {"plans", "p", "translation"}, "j" + std::string(bytes, letter)).value;
  }
  simulators::music::Music music;
  test::SimulatedHost host;
  plugins::music::Wire wire;
  plugins::music::NativeRows native;
  plugins::music::CompatDocuments documents;
};

BOOST_AUTO_TEST_CASE(a_document_that_is_put_again_waits_as_if_it_were_new) {
  Waiting test;
  auto const first = test.put('a'), second = test.put('b');
  for (char letter = 'c'; letter <= 'p'; ++letter) test.put(letter);  // as many as there is room for
  BOOST_TEST(test.put('a') == first);
  test.put('q');
  BOOST_TEST(test.documents.waiting(first).has_value());
  BOOST_TEST(!test.documents.waiting(second).has_value());
}

BOOST_AUTO_TEST_CASE(a_document_waits_until_each_row_that_it_was_put_for_is_written) {
  Waiting test;
  auto const shared = test.put('a', 10);
  BOOST_TEST(test.put('a', 10) == shared);  // two plans of one text
  test.documents.referred(sdk::tables::plans, {{"translation", shared}, {"status", "translated"}});
  BOOST_TEST(test.documents.waiting(shared).has_value());
  test.documents.referred(sdk::tables::plans, {{"translation", shared}});
  BOOST_TEST(!test.documents.waiting(shared).has_value());
  BOOST_TEST(test.documents.waiting_count() == 0U);
}

BOOST_AUTO_TEST_CASE(a_written_document_is_read_from_its_row) {
  Fixture test;
  auto const generation = test.put("p", "translation", R"({"a":1})");
  test.store->insert(test.call(), "plans", "p", {{"status", "translated"}, {"translation", generation}}, "op", full);
  BOOST_TEST(test.store->get_blob(test.call(), {"plans", "p", "translation"}, generation).value == R"(j{"a":1})");
}

BOOST_AUTO_TEST_CASE(rules_of_the_suite_that_do_not_count_versions_hold) {
  Fixture test;
  sdk::conformance::StoreSetup setup;
  setup.open = [&] { return test::open_music(test.host, {{"layout", "compat"}, {"polling_interval", 0.1}}); };
  setup.clock = &test.host.clock();
  setup.capabilities = plugins::music::MusicStore::capabilities;
  setup.threads = 4;
  setup.scale = 0.01;
  std::vector<std::string_view> const wanted{"INS-3", "CAS-2", "CAS-6", "CAS-7", "CAS-8", "CAS-10", "CAS-11",
                                             "OWN-1", "OWN-2", "OWN-3", "OWN-5", "OWN-9", "SCH-1",  "CALL-1"};
  std::size_t checked = 0;
  for (auto const& rule : sdk::conformance::store_rules()) {
    if (std::find(wanted.begin(), wanted.end(), rule.id) == wanted.end()) continue;
    auto const verdict = run_rule(rule, setup);
    std::string text;
    for (auto const& failure : verdict.failures) text += "\n  " + failure;
    BOOST_TEST(verdict.failures.empty(), rule.id << ": " << text);
    ++checked;
  }
  BOOST_TEST(checked == wanted.size());
}

BOOST_AUTO_TEST_SUITE_END()
