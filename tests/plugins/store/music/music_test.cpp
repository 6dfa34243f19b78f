// The store on a MUSIC that misbehaves: lost replies, stale replicas, double winners, dead holders of locks, servers
// that are down or answer nonsense.
#include "sdk/conformance/store/suite.hpp"
#include "music_fixture.hpp"
#include "wire.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

using namespace conductor;
using namespace std::chrono_literals;
using test::full;
using test::strong;
using Fixture = test::MusicFixture;
using plugins::music::Verdict;
using sdk::Outcome;
using simulators::music::Fault;
using simulators::music::fault_kinds;
using simulators::music::Music;
using simulators::music::Rules;

namespace {

// What does not hold of these rules, or families of rules, of the suite.
std::string broken_rules(Music& music, std::vector<std::string_view> const& wanted, bool readback = true) {
  test::SimulatedHost host(music);
  sdk::conformance::StoreSetup setup;
  setup.open = [&] { return test::open_music(host, {{"polling_interval", 0.1}, {"claim_readback", readback}}); };
  setup.clock = &host.clock();
  setup.capabilities = plugins::music::MusicStore::capabilities;
  setup.threads = 4;
  setup.scale = 0.01;
  std::string broken;
  for (auto const& rule : sdk::conformance::store_rules()) {
    auto const family = rule.id.substr(0, rule.id.find('-'));
    if (std::find(wanted.begin(), wanted.end(), family) == wanted.end() &&
        std::find(wanted.begin(), wanted.end(), rule.id) == wanted.end())
      continue;
    auto const verdict = run_rule(rule, setup);
    if (!verdict.failures.empty()) broken.append(rule.id).append(": ").append(verdict.failures.front()).append("\n");
  }
  return broken;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(music_store)

// --- a test of the test: the read-back is what keeps the rule
BOOST_AUTO_TEST_CASE(of_two_callers_that_both_are_told_success_one_has_the_claim) {
  Rules rules;
  rules.always_late = true;
  Music music(rules);
  BOOST_TEST(broken_rules(music, {"CAS", "OWN-9", "AMB"}) == "");
  BOOST_TEST(broken_rules(music, {"CAS-3"}, false).find("clients won one claim") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_of_single_rows_hold_while_plain_reads_are_stale) {
  Music music;
  {
    test::SimulatedHost host(music);
    test::open_music(host);
  }
  music.set_lag(40ms);
  BOOST_TEST(broken_rules(music, {"INS", "CAS", "AMB", "STR", "BLB-3", "WAT-1", "WAT-4", "OWN-5", "OWN-9"}) == "");
}

BOOST_AUTO_TEST_CASE(a_claim_whose_reply_is_lost_is_found_to_be_won) {
  Fixture test;
  auto const row = test.plan("p");
  test.fault(Fault::Kind::drop, 1);
  auto const claimed = test.claim(row, "w/1");
  BOOST_TEST((claimed.outcome == Outcome::ok), claimed.text);
  auto const after = test.row("p");
  BOOST_TEST(after.text("claim") == "w/1");
  BOOST_TEST(after.version.number == 2);
}

BOOST_AUTO_TEST_CASE(a_claim_whose_request_is_lost_is_made_by_another_try) {
  Fixture test;
  auto const row = test.plan("p");
  test.fault(Fault::Kind::drop_request, 2);
  BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
  BOOST_TEST(test.row("p").version.number == 2);
}

BOOST_AUTO_TEST_CASE(a_claim_that_cannot_be_settled_in_time_is_ambiguous_and_resolved_later) {
  Fixture test;
  auto const row = test.plan("p"), other = test.plan("q");
  test.fault(Fault::Kind::drop, 1);
  test.fault(Fault::Kind::drop_request, -1);
  Fault unreadable;
  unreadable.kind = Fault::Kind::drop_request;
  unreadable.path = "/criticalget";
  test.host.client().faults.add(unreadable);
  auto const applied = test.claim(row, "w/1", 300ms, "op-applied");
  BOOST_TEST((applied.outcome == Outcome::ambiguous), applied.text);
  auto const lost = test.claim(other, "w/2", 300ms, "op-lost");
  BOOST_TEST((lost.outcome == Outcome::ambiguous), lost.text);
  test.host.client().faults.clear();
  BOOST_TEST((test.store->resolve(test.call(), "plans", "p", "op-applied").value == sdk::Resolution::applied));
  BOOST_TEST((test.store->resolve(test.call(), "plans", "q", "op-lost").value == sdk::Resolution::not_applied));
}

BOOST_AUTO_TEST_CASE(a_late_request_does_not_touch_a_row_that_has_moved_on) {
  Fixture test;
  auto const row = test.plan("p");
  BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
  sdk::complete(*test.store, test.call(), "p", {"plans", "solving", "translated", {}}, "w/1");
  // The same claim again, as a proxy would release it now.
  auto const late = test.claim(row, "w/2");
  BOOST_TEST((late.outcome == Outcome::conflict));
  BOOST_TEST(test.row("p").text("claim") == "");
}

// The history of a row is short: who finds himself beyond it must not be told that he was refused.
BOOST_AUTO_TEST_CASE(a_write_that_many_others_followed_before_it_was_read_back_is_no_conflict) {
  for (bool const told : {true, false}) {
    Fixture test;
    auto const row = test.plan("p");
    if (!told) test.fault(Fault::Kind::drop, 1);
    test::SimulatedHost others(test.music);
    auto const other = test::open_music(others);
    bool begun = false;
    test.host.client().before = [&](sdk::HttpRequest const& request) {
      if (std::exchange(begun, begun || request.target.find("/criticalget") != std::string::npos)) return;
      for (int i = 0; begun && i < 30; ++i) {
        sdk::Expect expect;
        expect.columns["status"] = "translated";
        auto const written =
            other->update(test.call(), "plans", "p", {{"name", std::to_string(i)}}, expect, sdk::random_id(), full);
        BOOST_TEST((written.outcome == Outcome::ok), written.text);
      }
    };
    sdk::Expect expect;
    expect.version = row.version;
    auto const mine =
        test.store->update(test.call(), "plans", "p", {{"message", "mine"}}, expect, sdk::random_id(), full);
    BOOST_TEST((mine.outcome == (told ? Outcome::ok : Outcome::ambiguous)), mine.text);
    BOOST_TEST(test.row("p").text("message") == "mine");
  }
}

BOOST_AUTO_TEST_CASE(an_insert_whose_reply_is_lost_makes_one_row) {
  Fixture test;
  Fault lost;
  lost.kind = Fault::Kind::drop;
  lost.method = "POST";
  lost.path = "/tables/plans/rows";
  lost.count = 1;
  test.host.client().faults.add(lost);
  auto const made = test.store->insert(test.call(), "plans", "p", {{"status", "template"}}, "op", full);
  BOOST_TEST((made.outcome == Outcome::ok), made.text);
  BOOST_TEST(test.row("p").version.number == 1);
  BOOST_TEST(test.row("p").op == "op");
}

BOOST_AUTO_TEST_CASE(a_lock_whose_owner_died_holds_up_an_insert_for_its_lease_only) {
  Rules rules;
  rules.lease = 1200ms;
  Fixture test(rules);
  sdk::HttpRequest lock{"POST", "/MUSIC/rest/v2/locks/create/conductor2.plans.p", {}, ""};
  BOOST_TEST(test.music.answer(lock).status == 200);
  auto const made = test.store->insert(test.call(), "plans", "p", {}, "op", full);
  BOOST_TEST((made.outcome == Outcome::ok), made.text);
  BOOST_TEST(test.music.lock_queue_length("conductor2.plans.p") == 0U);
}

// --- one text after the other, as the service gives them
struct Text {
  char const* text;
  Outcome outcome;
};
std::ostream& operator<<(std::ostream& out, Text const& text) { return out << text.text; }
Text const texts[] = {
    {"UNKNOWNERROR", Outcome::ok},
    {"Unable to create lock reference for key [p]. Please try again.", Outcome::ok},
    {"$conductor2.plans.p$42 is not a lock holder", Outcome::ok},
    {"$conductor2.plans.p$42 is not the lock holder", Outcome::ok},
    {"Lock conductor2.plans.p does not exist.", Outcome::ok},
    {"Cannot perform atomic put for key: p", Outcome::ok},
    {"Exception thrown while doing the critical put: write timeout", Outcome::ok},
    {"something that no release says", Outcome::ok},
    {"Invalid column name : colour", Outcome::schema},
    {"Table information not found. Please check input for table name= conductor2.plans", Outcome::schema},
    {"Query Exception: unconfigured table plans", Outcome::schema}};

BOOST_DATA_TEST_CASE(each_text_of_the_service_has_its_consequence, boost::unit_test::data::make(texts), text) {
  Fixture test;
  auto const row = test.plan("p");
  test.fault(Fault::Kind::text, 1, "PUT", text.text);
  auto const claimed = test.claim(row, "w/1");
  BOOST_TEST((claimed.outcome == text.outcome), claimed.text);
}

BOOST_AUTO_TEST_CASE(a_write_time_out_of_cassandra_that_was_applied_is_found_out) {
  Fixture test;
  auto const row = test.plan("p");
  test.fault(Fault::Kind::applied_text, 1, "PUT", "Exception thrown while doing the critical put: write timeout");
  BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
  BOOST_TEST(test.row("p").version.number == 2);
}

char const* const nonsense[] = {"garbage", "empty", "status"};
BOOST_DATA_TEST_CASE(nonsense_for_an_answer_is_survived, boost::unit_test::data::make(nonsense), kind) {
  Fixture test;
  auto const row = test.plan("p");
  test.host.client().faults.add(Fault::from_json({{"kind", kind}, {"status", 503}, {"count", 3}}, fault_kinds()));
  BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
  BOOST_TEST(test.row("p").version.number == 2);
}

// --- servers
BOOST_AUTO_TEST_CASE(a_server_that_is_down_gives_unavailable_by_the_deadline_and_everything_resumes) {
  Fixture test;
  auto const row = test.plan("p");
  test.host.client().down = true;
  auto const begin = test.host.clock().now();
  auto const claimed = test.claim(row, "w/1", 200ms);
  BOOST_TEST((claimed.outcome == Outcome::unavailable), claimed.text);
  BOOST_TEST((test.host.clock().now() - begin < 1s));
  auto const health = test.store->health(test.call());
  BOOST_REQUIRE(!health);
  BOOST_TEST(health.error().text.find("http://controller:8080/MUSIC/rest/v2") != std::string::npos);
  test.host.client().down = false;
  BOOST_TEST(test.store->health(test.call()).has_value());
  BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
}

BOOST_AUTO_TEST_CASE(repetitions_add_a_fifth_at_most_to_the_load_of_a_service_in_trouble) {
  Fixture test;
  test.plan("p");
  auto& client = test.host.client();
  auto const read = [&] { return test.store->get(test.call(), "plans", "p", strong).outcome; };
  client.down = true;
  {
    // What may be repeated beforehand is used up.
    std::vector<std::jthread> many;
    for (int i = 0; i < 60; ++i) many.emplace_back([&] { read(); });
  }
  constexpr int calls = 200, probes = 5;
  int const before = client.requests;
  for (int i = 0; i < calls; ++i) BOOST_TEST((read() == Outcome::unavailable));
  BOOST_TEST(client.requests - before <= calls * 6 / 5 + probes);
  client.down = false;
  BOOST_TEST((read() == Outcome::ok));
}

BOOST_AUTO_TEST_CASE(with_one_of_two_servers_down_no_call_fails) {
  std::vector<std::string> const urls{"http://a/MUSIC/rest/v2", "http://b/MUSIC/rest/v2"};
  Fixture test({}, {{"server_url", urls}});
  test.host.client(urls[0]).down = true;
  for (int i = 0; i < 6; ++i) {
    auto const row = test.plan("p" + std::to_string(i));
    BOOST_TEST((test.claim(row, "w/1").outcome == Outcome::ok));
  }
  // One that is down is left alone.
  auto const asked = test.host.client(urls[0]).requests.load();
  for (int i = 0; i < 10; ++i) test.row("p1");
  BOOST_TEST(test.host.client(urls[0]).requests.load() <= asked + 1);
}

BOOST_AUTO_TEST_CASE(a_cassandra_in_trouble_is_told_apart_from_a_music_in_trouble) {
  Fixture test;
  test.music.set_cassandra(false);
  auto const health = test.store->health(test.call());
  BOOST_REQUIRE(!health);
  BOOST_TEST(health.error().text.find("its Cassandra does not") != std::string::npos);
  auto const read = test.store->get(test.call(100ms), "plans", "p", strong);
  BOOST_TEST((read.outcome == Outcome::unavailable));
}

BOOST_AUTO_TEST_CASE(a_wrong_login_is_not_tried_again) {
  Music music;
  Rules strict;
  strict.username = "right";
  Music guarded(strict);
  test::SimulatedHost host(guarded);
  plugins::music::MusicStore store(host, test::settings_for<plugins::music::MusicStore>());
  auto const schema = store.ensure_schema(test::call_of(host.clock()));
  BOOST_TEST((schema.outcome == Outcome::auth), schema.text);
  BOOST_TEST(host.client().requests.load() <= 2);
}

BOOST_AUTO_TEST_CASE(rows_as_release_2_0_gives_them_are_read) {
  auto const answer = plugins::music::classify({200, {}, R"({"row 0": {"id": "a"}, "row 1": {"id": "b"}})"}, false);
  BOOST_TEST((answer.verdict == Verdict::done));
  BOOST_TEST(answer.rows.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
