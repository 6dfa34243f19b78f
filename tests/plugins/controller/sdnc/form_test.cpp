// The simulator refuses what the module's YANG refuses.
#include "sdnc_under_test.hpp"

using namespace conductor;
using namespace conductor::tests::sdnc;

BOOST_AUTO_TEST_SUITE(simulated_sdnc)

BOOST_AUTO_TEST_CASE(inputs_of_the_wrong_form_are_refused_with_their_place) {
  auto const good = json::parse(R"({"svc-request-id":"1","plan-id":"p","attempt":1,"fencing":"12",
    "execute-before":"2031-05-04T10:12:12Z","atomic":true,"hold-seconds":0,
    "item":[{"reservation-key":"k","reservation-name":"n","reservation-type":"t","unknown":1,
             "candidate":{"inventory-type":"service","candidate-id":"A"},
             "resource":[{"resource-key":"r","resource-type":"port","quantity":"1.5","unit":"count"}]}]})");
  BOOST_TEST(sim::check_input("reserve", good.as_object()).status == 0);
  auto const spoiled = [&](auto const& spoil) {
    auto copy = good.as_object();
    spoil(copy);
    return sim::check_input("reserve", copy);
  };
  auto const item = [](json::object& whole) -> json::object& { return whole["item"].as_array()[0].as_object(); };
  BOOST_TEST(spoiled([](auto& o) { o.erase("plan-id"); }).message == "plan-id is missing");
  BOOST_TEST(spoiled([](auto& o) { o["fencing"] = 12; }).message == "fencing is 12");
  BOOST_TEST(spoiled([](auto& o) { o["attempt"] = "1"; }).message == "attempt is \"1\"");
  BOOST_TEST(spoiled([](auto& o) { o["atomic"] = "true"; }).message == "atomic is \"true\"");
  BOOST_TEST(spoiled([](auto& o) { o["execute-before"] = "tomorrow"; }).tag == "invalid-value");
  BOOST_TEST(spoiled([](auto& o) { o["item"] = json::array(); }).message == "item is empty");
  BOOST_TEST(spoiled([](auto& o) { o["item"].as_array().push_back(json::value(o["item"].as_array()[0])); }).message ==
             "item/reservation-key repeats");
  BOOST_TEST(spoiled([&](auto& o) { item(o).erase("candidate"); }).tag == "missing-element");
  BOOST_TEST(spoiled([&](auto& o) { item(o)["candidate"].as_object()["cloud-owner"] = ""; }).message ==
             "item/candidate/cloud-owner is empty");
  BOOST_TEST(spoiled([&](auto& o) { item(o)["resource"].as_array()[0].as_object()["quantity"] = 1.5; }).tag ==
             "invalid-value");
  BOOST_TEST(spoiled([&](auto& o) { item(o)["resource"].as_array()[0].as_object()["unit"] = "Tbps"; }).message ==
             "item/resource/unit is \"Tbps\"");
}

BOOST_AUTO_TEST_CASE(heads_that_break_the_contract_are_refused) {
  sim::Sdnc server;
  sdk::HttpRequest good{.method = "GET",
                        .target = "/rests/data/conductor-capacity:capabilities",
                        .headers = {{"X-FromAppId", "CONDUCTOR"},
                                    {"X-TransactionId", "6f1f3c1a-0000-4000-8000-000000000000"},
                                    {"Accept", "application/yang-data+json"}}};
  BOOST_TEST(server.answer(good).status == 200);
  for (std::size_t i = 0; i < good.headers.size(); ++i) {
    auto bad = good;
    bad.headers.erase(bad.headers.begin() + static_cast<std::ptrdiff_t>(i));
    BOOST_TEST(server.answer(bad).status >= 400);
  }
  auto elsewhere = good;
  elsewhere.target = "/restconf/data/conductor-capacity:capabilities";
  BOOST_TEST(server.answer(elsewhere).status == 404);
  auto posted = good;
  posted.method = "POST";
  posted.target = "/rests/operations/conductor-capacity:reserve";
  BOOST_TEST(server.answer(posted).status == 415);
  posted.headers.emplace_back("Content-Type", "application/yang-data+json");
  BOOST_TEST(server.answer(posted).status == 400);
}

BOOST_AUTO_TEST_SUITE_END()
