// Checks of capacity: what is asked, what the answers mean, what failures become.
#include "sdnc_under_test.hpp"

using namespace conductor;
using namespace conductor::tests::sdnc;
using sdk::Errc;
using Positions = std::vector<std::size_t>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(sdk::Errc)

BOOST_AUTO_TEST_SUITE(sdnc_capacity)

BOOST_AUTO_TEST_CASE(candidates_with_room_stay_in_their_order_and_others_get_a_reason) {
  SdncUnderTest sdnc;
  sdnc.server.set_room("service", "A", {.upstream = 940});
  sdnc.server.set_room("service", "B", {.upstream = 80});
  sdnc.server.set_room("vfmodule", "C", {.upstream = 200});
  auto const asked = question("instance_fit", {candidate("service", "A"), candidate("service", "B"),
                                               candidate("cloud", "R"), candidate("vfmodule", "C")});
  BOOST_TEST((sdnc.started().controller->filter(sdnc.call, asked).value() == Positions{0, 2, 3}));
  auto const verdicts = sdnc.judge->judge(sdnc.call, asked).value();
  BOOST_TEST(verdicts[1].reason == "insufficient-capacity: upstream: 80 Mbps free");
  auto const sent = sdnc.server.inputs().front();
  BOOST_TEST(sent.at("candidate").as_array().size() == 3U);  // the cloud region is no instance
  BOOST_TEST(sent.at("plan-id") == "plan-1");
  BOOST_TEST(sent.at("candidate").at(1).at("candidate-key") == "1");
  BOOST_TEST(sent.at("candidate").at(0).at("service-instance-id") == "A");
  BOOST_TEST(sent.at("candidate").at(0).at("change-type") == "new-start");
}

BOOST_AUTO_TEST_CASE(regions_are_what_region_fit_asks_about) {
  SdncUnderTest sdnc;
  sdnc.server.set_room("cloud", "R", {.vnfs = 2});
  auto const asked =
      question("region_fit", {candidate("service", "A"), candidate("cloud", "R"), candidate("cloud", "S")},
               {{"vnf_instances", 2}});
  BOOST_TEST((sdnc.started().controller->filter(sdnc.call, asked).value() == Positions{0, 1}));
}

BOOST_AUTO_TEST_CASE(nothing_to_test_asks_nobody) {
  SdncUnderTest sdnc;
  sdnc.started();
  BOOST_TEST((sdnc.controller->filter(sdnc.call, question("region_fit", {candidate("service", "A")})).value() ==
              Positions{0}));
  BOOST_TEST(sdnc.count("check-capacity") == 0U);
}

BOOST_AUTO_TEST_CASE(the_request_map_becomes_resources_and_travels_whole) {
  SdncUnderTest sdnc;
  sdnc.started();
  json::object const request{{"bw_up", "2 Gbps"},   {"bw_down", 2.5},         {"bandwidth", "300 kbps"}, {"ports", 2},
                             {"port_name", "ge-0"}, {"service_type", "vvig"}, {"urgent", true}};
  sdnc.controller->filter(sdnc.call, question("instance_fit", {candidate("service", "A")}, request)).value();
  auto const sent = sdnc.server.inputs().front();
  json::value const resources = json::parse(R"([
    {"resource-key":"bw-up","resource-type":"bandwidth","quantity":"2","unit":"Gbps","direction":"upstream"},
    {"resource-key":"bw-down","resource-type":"bandwidth","quantity":"2.5","unit":"Mbps","direction":"downstream"},
    {"resource-key":"bandwidth","resource-type":"bandwidth","quantity":"300","unit":"Kbps","direction":"both"},
    {"resource-key":"ports","resource-type":"port","quantity":"2","unit":"count"},
    {"resource-key":"port-name","resource-type":"port","quantity":"1","unit":"count","port-name":"ge-0"}])");
  BOOST_TEST(sent.at("resource") == resources);
  json::value const parameters = json::parse(R"([
    {"name":"bw_up","value":"2 Gbps","value-type":"string"},{"name":"bw_down","value":"2.5","value-type":"number"},
    {"name":"bandwidth","value":"300 kbps","value-type":"string"},{"name":"ports","value":"2","value-type":"number"},
    {"name":"port_name","value":"ge-0","value-type":"string"},{"name":"service_type","value":"vvig","value-type":"string"},
    {"name":"urgent","value":"true","value-type":"boolean"}])");
  BOOST_TEST(sent.at("parameter") == parameters);
}

BOOST_AUTO_TEST_CASE(quantities_and_request_types_that_mean_nothing_are_refused_before_anything_is_sent) {
  SdncUnderTest sdnc;
  sdnc.started();
  for (auto const* bad : {R"({"bw_up":"much"})", R"({"bw_up":-3})", R"({"bw_up":"3 Tbps"})", R"({"ports":"2 Mbps"})",
                          R"({"bw_down":"1.2.3"})", R"({"bandwidth_mbps":[1]})"}) {
    auto const answer = sdnc.controller->filter(
        sdnc.call, question("instance_fit", {candidate("service", "A")}, json::parse(bad).as_object()));
    BOOST_TEST_REQUIRE(answer.has_error(), bad);
    BOOST_TEST((answer.error().code == Errc::invalid), bad);
  }
  auto const odd =
      sdnc.controller->filter(sdnc.call, question("instance_fit", {candidate("service", "A")}, {}, "faster"));
  BOOST_TEST_REQUIRE(odd.has_error());
  BOOST_TEST(
      odd.error().text ==
      "instance_fit 'check_bw' of demand vG: request_type is 'faster'; SDN-C knows 'initial' and 'speed changed'");
  BOOST_TEST(sdnc.count("check-capacity") == 0U);
}

BOOST_AUTO_TEST_CASE(a_changed_speed_tells_existing_placements_from_moves) {
  SdncUnderTest sdnc;
  sdnc.started();
  sdnc.controller
      ->filter(sdnc.call, question("instance_fit", {candidate("service", "A", true), candidate("service", "B")}, {},
                                   "speed changed"))
      .value();
  auto const sent = sdnc.server.inputs().front().at("candidate");
  BOOST_TEST(sent.at(0).at("change-type") == "change-speed");
  BOOST_TEST(sent.at(0).at("existing-placement").as_bool());
  BOOST_TEST(sent.at(1).at("change-type") == "rehome");
}

BOOST_AUTO_TEST_CASE(long_lists_travel_in_batches) {
  SdncUnderTest sdnc({}, {{"capacity_batch_size", std::int64_t(2)}});
  sdnc.started();
  std::vector<json::object> candidates;
  for (int i = 0; i < 5; ++i) candidates.push_back(candidate("service", std::to_string(i)));
  sdnc.server.set_room("service", "4", {.upstream = 200});
  BOOST_TEST((sdnc.controller->filter(sdnc.call, question("instance_fit", candidates)).value() == Positions{4}));
  BOOST_TEST(sdnc.count("check-capacity") == 3U);
}

BOOST_AUTO_TEST_CASE(locks_and_failures_inside_a_200_are_asked_again_and_then_an_error) {
  SdncUnderTest sdnc;
  sdnc.started();
  sdnc.server.set_room("service", "A", {.upstream = 200});
  sdnc.host.clock().pass_pauses();
  auto const asked = question("instance_fit", {candidate("service", "A")});
  sdnc.server.lock(2);
  BOOST_TEST((sdnc.controller->filter(sdnc.call, asked).value() == Positions{0}));
  sdnc.server.fail_inside_200("ERR-7", 2);
  BOOST_TEST((sdnc.controller->filter(sdnc.call, asked).value() == Positions{0}));
  sdnc.server.fail_inside_200("500", 3);
  auto const failed = sdnc.controller->filter(sdnc.call, asked);
  BOOST_TEST_REQUIRE(failed.has_error());
  BOOST_TEST((failed.error().code == Errc::unavailable));
  BOOST_TEST(contains(failed.error().text, "response-code 500 in a 200 answer"));
}

BOOST_AUTO_TEST_CASE(no_answer_is_an_error_and_never_an_empty_list) {
  SdncUnderTest sdnc;
  sdnc.started();
  auto const asked = question("instance_fit", {candidate("service", "A")});
  for (auto const& [fault, code] :
       {std::pair{R"({"kind":"drop","path":"check","count":1})", Errc::unavailable},
        std::pair{R"({"kind":"garbage","path":"check","count":1})", Errc::unavailable},
        std::pair{R"({"kind":"status","status":503,"path":"check","count":1})", Errc::unavailable},
        std::pair{R"({"kind":"status","status":403,"path":"check","count":1})", Errc::denied},
        std::pair{R"({"kind":"status","status":404,"path":"check","count":1})", Errc::unsupported},
        std::pair{R"({"kind":"status","status":400,"path":"check","count":1})", Errc::invalid}}) {
    sdnc.faults.add(Fault::from_json(json::parse(fault)));
    auto const answer = sdnc.controller->filter(sdnc.call, asked);
    BOOST_TEST_REQUIRE(answer.has_error(), fault);
    BOOST_TEST((answer.error().code == code), fault << " gave " << answer.error().text);
  }
}

// Solver specification S40
BOOST_AUTO_TEST_CASE(a_server_without_the_module_is_not_supported_until_it_has_it) {
  sim::Rules rules;
  rules.installed = false;
  SdncUnderTest sdnc(rules);
  sdnc.started();
  auto const answer = sdnc.controller->filter(sdnc.call, question("instance_fit", {candidate("service", "A")}));
  BOOST_TEST_REQUIRE(answer.has_error());
  BOOST_TEST((answer.error().code == Errc::unsupported));
  BOOST_TEST(contains(answer.error().text, "has no module 'conductor-capacity'"));
  BOOST_TEST(!sdnc.controller->health(sdnc.call).has_error());
  auto const reserved = sdnc.reserve({item("k1", "A")});
  BOOST_TEST_REQUIRE(reserved.has_error());
  BOOST_TEST((reserved.error().code == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(the_older_style_is_found_out_or_set) {
  sim::Rules rules;
  rules.old_style = true;
  rules.host_meta = false;
  rules.root = "/restconf";
  for (auto const set : {false, true}) {
    std::map<std::string, sdk::Settings::Value> settings{{"server_url", "https://sdnc.example.org:8443/restconf/"}};
    if (set) settings["restconf_style"] = "bierman02";
    SdncUnderTest sdnc(rules, settings);
    sdnc.started();
    sdnc.server.set_room("service", "A", {.upstream = 200});
    BOOST_TEST((sdnc.controller->filter(sdnc.call, question("instance_fit", {candidate("service", "A")})).value() ==
                Positions{0}));
    BOOST_TEST(outcomes(sdnc.reserve({item("k1", "A")})) == "k1=held");
    BOOST_TEST(outcomes(sdnc.controller->query(sdnc.call, {"k1"})) == "k1=held");
    BOOST_TEST(sdnc.count("host-meta") == (set ? 0U : 1U));
  }
}

BOOST_AUTO_TEST_CASE(users_are_checked_and_a_peer_that_is_down_does_not_stop_the_start) {
  sim::Rules rules;
  rules.username = "u1";
  rules.password = "p1";
  SdncUnderTest good(rules, {{"username", "u1"}, {"password", "p1"}});
  good.started();
  SdncUnderTest nobody(rules);
  auto const denied = nobody.controller->start(nobody.call);
  BOOST_TEST_REQUIRE(denied.has_error());
  BOOST_TEST((denied.error().code == Errc::denied));
  SdncUnderTest down;
  down.unreachable = true;
  auto const failed = down.controller->start(down.call);
  BOOST_TEST_REQUIRE(failed.has_error());
  BOOST_TEST((failed.error().code == Errc::unavailable));
  BOOST_TEST(down.controller->health(down.call).has_error());
  down.unreachable = false;
  BOOST_TEST(!down.controller->health(down.call).has_error());
}

BOOST_AUTO_TEST_CASE(files_that_are_named_must_exist) {
  for (auto const& [option, expected] : {std::pair{"certificate_file", "which does not exist"},
                                         std::pair{"certificate_authority_bundle_file", "which does not exist"}}) {
    SdncUnderTest sdnc({}, {{option, "/nonexistent.pem"}});
    auto const refused = sdnc.controller->start(sdnc.call);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST(contains(refused.error().text, expected));
    BOOST_TEST(contains(refused.error().text, option));
  }
}

BOOST_AUTO_TEST_SUITE_END()
