// Reservations: what is held, what a lost answer or a repetition means, what is released.
#include "sdnc_under_test.hpp"

using namespace conductor;
using namespace conductor::tests::sdnc;
using sdk::Errc;

namespace {

struct Roomy {
  explicit Roomy(sim::Rules rules = {}, std::map<std::string, sdk::Settings::Value> settings = {})
      : sdnc(std::move(rules), std::move(settings)) {
    sdnc.server.set_room("service", "A", {.upstream = 500});
    sdnc.server.set_room("service", "B", {.upstream = 100});
    sdnc.started();
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> release(std::vector<std::string> const& keys, std::int64_t fencing = 1) {
    std::vector<sdk::ReleaseItem> items;
    for (auto const& key : keys) items.push_back({.key = key, .reference = ""});
    return sdnc.controller->release(sdnc.call, items, fencing, "rollback");
  }
  void fault(std::string const& document) { sdnc.faults.add(Fault::from_json(json::parse(document))); }
  SdncUnderTest sdnc;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sdnc_reservations)

BOOST_AUTO_TEST_CASE(an_item_is_held_asked_for_and_released) {
  Roomy has;
  auto const held = has.sdnc.reserve({item("k1", "A")});
  BOOST_TEST(outcomes(held) == "k1=held");
  BOOST_TEST(held->front().reference == "sdnc-res-1");
  BOOST_TEST(outcomes(has.sdnc.controller->query(has.sdnc.call, {"k1", "k2"})) == "k1=held k2=absent");
  BOOST_TEST(outcomes(has.release({"k1", "k2"})) == "k1=released k2=absent");
  BOOST_TEST(outcomes(has.sdnc.controller->query(has.sdnc.call, {"k1"})) == "k1=absent");
  auto const sent = has.sdnc.server.inputs().front();
  BOOST_TEST(sent.at("fencing") == "1");
  BOOST_TEST(sent.at("service-model") == "ADIOD");
  BOOST_TEST(sent.at("execute-before") == "2023-11-14T22:14:20Z");
}

BOOST_AUTO_TEST_CASE(a_batch_is_held_whole_or_not_at_all) {
  Roomy has;
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A"), item("k2", "B")})) == "k1=refused k2=refused");
  BOOST_TEST(has.sdnc.server.held().empty());
  sim::Rules rules;
  rules.atomic = false;
  Roomy each(rules);
  auto const answers = each.sdnc.reserve({item("k1", "A"), item("k2", "B")});
  BOOST_TEST(outcomes(answers) == "k1=held k2=refused");
  BOOST_TEST((*answers)[1].reason == "insufficient-capacity: upstream: 100 Mbps free");
}

BOOST_AUTO_TEST_CASE(a_repeated_key_gives_the_first_outcome_once) {
  Roomy has;
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")})) == "k1=held");
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")})) == "k1=held");
  BOOST_TEST(has.sdnc.server.effects().at("k1") == 1);
  auto const other = has.sdnc.reserve({item("k1", "A", {{"bw_up", 1}})});
  BOOST_TEST_REQUIRE(other.has_error());
  BOOST_TEST((other.error().code == Errc::invalid));
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_an_open_outcome_that_a_query_settles) {
  Roomy has;
  has.fault(R"({"kind":"drop","path":":reserve","count":1})");
  auto const lost = has.sdnc.reserve({item("k1", "A")});
  BOOST_TEST_REQUIRE(lost.has_error());
  BOOST_TEST((lost.error().code == Errc::unavailable));
  BOOST_TEST(outcomes(has.sdnc.controller->query(has.sdnc.call, {"k1"})) == "k1=held");
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")})) == "k1=held");
  BOOST_TEST(has.sdnc.server.effects().at("k1") == 1);
}

BOOST_AUTO_TEST_CASE(requests_are_repeated_only_where_the_server_declares_that_it_may_be_done) {
  for (bool const idempotent : {true, false}) {
    sim::Rules rules;
    rules.idempotent = idempotent;
    Roomy has(rules);
    has.sdnc.reserve({item("k1", "A")}).value();
    for (auto const& request : has.sdnc.host.fake_http().requests())
      if (contains(request.target, ":reserve"))
        BOOST_TEST((request.method != "POST" || request.idempotent == idempotent));
    // A server that would hold twice is asked first.
    BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A"), item("k2", "A")})) == "k1=held k2=held");
    BOOST_TEST(has.sdnc.server.effects().at("k1") == 1);
  }
  sim::Rules rules;
  rules.idempotent = rules.can_query = false;
  Roomy neither(rules);
  auto const refused = neither.sdnc.reserve({item("k1", "A")});
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == Errc::unsupported));
  BOOST_TEST((neither.sdnc.controller->query(neither.sdnc.call, {"k1"}).error().code == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_peer_that_cannot_be_reached_holds_nothing) {
  Roomy has;
  has.sdnc.unreachable = true;
  // Its abilities were read before; the request itself is what fails.
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")})) == "k1=refused(temporary)");
}

BOOST_AUTO_TEST_CASE(a_lower_fencing_number_is_a_conflict) {
  Roomy has;
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")}, 7)) == "k1=held");
  auto const stale = has.sdnc.reserve({item("k2", "A")}, 6);
  BOOST_TEST_REQUIRE(stale.has_error());
  BOOST_TEST((stale.error().code == Errc::conflict));
  BOOST_TEST((has.release({"k1"}, 6).error().code == Errc::conflict));
  BOOST_TEST(has.sdnc.server.held().contains("k1"));
}

BOOST_AUTO_TEST_CASE(what_comes_too_late_is_not_executed) {
  Roomy has;
  auto const late = has.sdnc.controller->reserve(has.sdnc.call, "", {item("k1", "A")}, 1, 1,
                                                 has.sdnc.host.clock().wall() - std::chrono::seconds(1));
  BOOST_TEST(outcomes(late) == "k1=refused(temporary)");
  BOOST_TEST(has.sdnc.count(":reserve") == 0U);
  // Late by the server's clock: it refuses, nothing is held.
  has.sdnc.server.shift(std::chrono::hours(1));
  BOOST_TEST(outcomes(has.sdnc.reserve({item("k1", "A")})) == "k1=refused(temporary)");
  BOOST_TEST(has.sdnc.server.held().empty());
}

BOOST_AUTO_TEST_CASE(a_released_key_stays_closed) {
  Roomy has;
  BOOST_TEST(outcomes(has.release({"k1"})) == "k1=absent");
  auto const refused = has.sdnc.reserve({item("k1", "A")});
  BOOST_TEST(outcomes(refused) == "k1=refused");
  BOOST_TEST(refused->front().reason == "reservation-closed");
}

BOOST_AUTO_TEST_CASE(what_is_accepted_and_not_finished_is_looked_at_until_it_is) {
  Roomy has;
  has.sdnc.host.clock().pass_pauses();
  has.sdnc.server.accept_only(1, 3);
  BOOST_TEST(outcomes(has.sdnc.controller->reserve(has.sdnc.call, "", {item("k1", "A")}, 1, 1,
                                                   has.sdnc.host.clock().wall() + std::chrono::hours(9))) == "k1=held");
  has.sdnc.server.accept_only(1, 2);
  BOOST_TEST(outcomes(has.release({"k1"})) == "k1=released");
  BOOST_TEST(has.sdnc.server.held().empty());
}

BOOST_AUTO_TEST_CASE(waiting_ends_with_the_time_that_reservations_may_take) {
  Roomy has({}, {{"reservation_timeout", 5.0}});
  has.sdnc.host.clock().pass_pauses();
  has.sdnc.server.accept_only(1, 1'000);
  BOOST_TEST(outcomes(has.sdnc.controller->reserve(has.sdnc.call, "", {item("k1", "A")}, 1, 1,
                                                   has.sdnc.host.clock().wall() + std::chrono::hours(9))) ==
             "k1=pending");
}

BOOST_AUTO_TEST_CASE(a_key_in_progress_elsewhere_is_asked_for) {
  Roomy has;
  has.sdnc.host.clock().pass_pauses();
  has.sdnc.server.occupy("k1", 2);
  BOOST_TEST(outcomes(has.sdnc.controller->reserve(has.sdnc.call, "", {item("k1", "A")}, 1, 1,
                                                   has.sdnc.host.clock().wall() + std::chrono::hours(9))) == "k1=held");
}

BOOST_AUTO_TEST_CASE(locks_that_last_refuse_for_now) {
  Roomy has;
  has.sdnc.host.clock().pass_pauses();
  has.sdnc.server.lock(3);
  BOOST_TEST(outcomes(has.sdnc.controller->reserve(has.sdnc.call, "", {item("k1", "A")}, 1, 1,
                                                   has.sdnc.host.clock().wall() + std::chrono::hours(9))) ==
             "k1=refused(temporary)");
}

BOOST_AUTO_TEST_CASE(more_items_than_the_server_takes_travel_in_parts) {
  sim::Rules rules;
  rules.max_items = 2;
  rules.atomic = false;
  Roomy has(rules);
  std::vector<sdk::ReserveItem> items;
  for (auto const* key : {"k1", "k2", "k3", "k4", "k5"}) items.push_back(item(key, "A", {{"bw_up", 1}}));
  BOOST_TEST(outcomes(has.sdnc.reserve(items)) == "k1=held k2=held k3=held k4=held k5=held");
  has.fault(R"({"kind":"drop","path":":release","count":1})");
  BOOST_TEST(outcomes(has.release({"k1", "k2", "k3"})) == "k1=failed k2=failed k3=released");
  for (auto& one : items) one.key += "x";
  has.fault(R"({"kind":"none","path":":reserve","count":1})");
  has.fault(R"({"kind":"drop","path":":reserve","count":1})");
  BOOST_TEST(outcomes(has.sdnc.reserve(items)) == "k1x=held k2x=held k3x=failed k4x=failed k5x=refused(temporary)");
}

BOOST_AUTO_TEST_CASE(a_release_without_output_is_a_release_and_an_active_service_is_not_released) {
  sim::Rules rules;
  rules.empty_release = true;
  Roomy silent(rules);
  silent.sdnc.reserve({item("k1", "A")}).value();
  BOOST_TEST(outcomes(silent.release({"k1"})) == "k1=released");
  Roomy has;
  has.sdnc.reserve({item("k1", "A")}).value();
  has.sdnc.server.activate("k1");
  auto const answers = has.release({"k1"});
  BOOST_TEST(outcomes(answers) == "k1=failed");
  BOOST_TEST(answers->front().reason == "reservation-active");
  BOOST_TEST(outcomes(has.sdnc.controller->query(has.sdnc.call, {"k1"})) == "k1=held");
}

BOOST_AUTO_TEST_CASE(answers_for_other_requests_or_keys_leave_the_outcome_open) {
  for (
      auto const* body :
      {R"({"conductor-capacity:output":{"svc-request-id":"other","item":[{"reservation-key":"k1","outcome":"held"}]}})",
       R"({"conductor-capacity:output":{"item":[]}})", R"({"output":[]})", "[1]"}) {
    Roomy has;
    has.sdnc.host.fake_http().respond([body](auto const&) { return sdk::HttpReply{200, {}, body}; });
    auto const answer = has.sdnc.reserve({item("k1", "A")});
    BOOST_TEST_REQUIRE(answer.has_error(), body);
    BOOST_TEST((answer.error().code == Errc::unavailable), body);
  }
  // The request's own id, with other keys: a surplus key is an error, a missing one an open outcome.
  for (auto const& [items, expected] :
       {std::pair{R"([{"reservation-key":"k9","outcome":"held"}])", "error unavailable"},
        std::pair{R"([{"reservation-key":"k1","outcome":"held"},{"reservation-key":"k1","outcome":"held"}])",
                  "error unavailable"},
        std::pair{"[]", "k1=failed"}, std::pair{R"([{"reservation-key":"k1","outcome":"perhaps"}])", "k1=failed"}}) {
    Roomy has;
    has.sdnc.host.fake_http().respond([text = items](sdk::HttpRequest const& request) {
      auto const id = json::parse(request.body).at("conductor-capacity:input").at("svc-request-id");
      json::object output{{"svc-request-id", id}, {"item", json::parse(text)}};
      return sdk::HttpReply{200, {}, json::serialize(json::object{{"output", std::move(output)}})};
    });
    BOOST_TEST(contains(outcomes(has.sdnc.reserve({item("k1", "A")})), expected), items);
  }
}

BOOST_AUTO_TEST_SUITE_END()
