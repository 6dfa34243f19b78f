// What is asked of the data role for a template, when, and what its answers mean.
#include "services/controller/handler.hpp"
#include "tests/services/controller/fixtures.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

BOOST_AUTO_TEST_SUITE(look_ups)

BOOST_AUTO_TEST_CASE(wait_until_all_local_checks_have_passed) {
  Answers answers;
  auto const translation =
      translate(input_of(changed("/optimization/minimize/sum/0", R"({"product": [1]})")), &answers);
  BOOST_TEST(!translation->errors.empty());
  BOOST_TEST(answers.demand_calls == 0);
}

BOOST_AUTO_TEST_CASE(of_locations_fill_in_what_inventory_knows) {
  auto document = changed("/locations/hq", R"({"clli_code": "STHMSE01"})");
  Answers answers;
  answers.by_location = json::parse(R"({"hq": {"error": {"code": "not_found", "text": "no CLLI"}}})").as_object();
  BOOST_TEST(translate(input_of(document), &answers)->message == "Unable to resolve location hq");
  answers.by_location = json::parse(R"({"hq": {"latitude": 59.3, "longitude": 18.1, "country": null}})").as_object();
  auto const found = translated(document, answers);
  BOOST_TEST(json::serialize(answers.wanted_locations) == R"({"hq":{"clli_code":"STHMSE01"}})");
  BOOST_TEST(!found.at("locations").at("hq").as_object().contains("country"));
}

BOOST_AUTO_TEST_CASE(that_find_nothing_end_with_the_original_texts_in_document_order) {
  Answers answers;
  answers.by_demand = json::parse(R"({"mux": {"candidates": []}, "fw": {"candidates": []}})").as_object();
  auto const translation = translate(input_of(good_template()), &answers);
  BOOST_TEST(translation->message == "Unable to find any candidate for demand fw");
  BOOST_TEST(translation->errors.size() == 2U);
  auto const required = changed("/demands/fw/0/required_candidates", R"([{"candidate_id": "a"}])");
  BOOST_TEST(translate(input_of(required), &answers)->message == "Unable to find any required candidate for demand fw");
  answers.by_demand = json::parse(R"({"fw": {}})").as_object();
  BOOST_TEST(translate(input_of(good_template()), &answers)->message ==
             "Unable to resolve inventory candidates for demand fw");
  answers.by_demand =
      json::parse(R"({"fw": {"error": {"code": "invalid", "text": "Service Type not specified for demand fw"}}})")
          .as_object();
  BOOST_TEST(translate(input_of(good_template()), &answers)->message == "Service Type not specified for demand fw");
}

BOOST_AUTO_TEST_CASE(that_fail_for_now_are_tried_again) {
  Answers answers;
  answers.by_demand = json::parse(R"({"fw": {"error": {"code": "unavailable", "text": "A&AI is down"}}})").as_object();
  auto const one = translate(input_of(good_template()), &answers);
  BOOST_REQUIRE(one.has_error());
  BOOST_TEST((one.error().code == sdk::Errc::unavailable));
  answers.failure = sdk::Error{sdk::Errc::timed_out, "nobody answers data.resolve_demands"};
  BOOST_TEST((translate(input_of(good_template()), &answers).error().code == sdk::Errc::timed_out));
  answers.failure = sdk::Error{sdk::Errc::denied, "A&AI refused the credentials"};
  BOOST_TEST(translate(input_of(good_template()), &answers)->message == "A&AI refused the credentials");
}

// S24
BOOST_AUTO_TEST_CASE(refuse_categories_of_zones_that_inventory_does_not_supply) {
  for (std::string const category : {"disaster", "time", "maintenance"}) {
    auto const properties = R"({"qualifier": "same", "category": ")" + category + "\"}";
    auto const field = category + "_zone";
    Answers answers;
    auto const with = [&](json::value zone_of_mux) {
      json::object fw{{"candidate_id", "a"}}, mux{{"candidate_id", "b"}};
      fw[field] = "one";
      mux[field] = std::move(zone_of_mux);
      // One candidate of each demand is enough.
      answers.by_demand["fw"] = json::object{{"candidates", json::array{fw, json::object{{"candidate_id", "c"}}}}};
      answers.by_demand["mux"] = json::object{{"candidates", json::array{std::move(mux)}}};
      return translate(input_of(changed("/constraints/apart/properties", properties)), &answers);
    };
    BOOST_TEST(with("two")->message == "");
    for (auto const& nothing : {json::value(nullptr), json::value("")}) {
      auto const refused = with(nothing);
      BOOST_TEST(refused->message == "Constraint named 'apart' needs candidates with '" + field +
                                         "', which inventory gives for none of demand mux");
      BOOST_TEST(refused->errors.at(0).pointer == "/constraints/apart");
    }
    auto const member = changed("/constraints/apart", R"({"type": "not", "constraint": {"type": "zone",
        "demands": ["fw", "mux"], "properties": )" + properties +
                                                          "}}");
    answers.by_demand = {};
    BOOST_TEST(has(translate(input_of(member), &answers)->message, "for none of demand fw, mux"));
  }
}

BOOST_AUTO_TEST_CASE(need_a_country_where_a_country_zone_names_the_location) {
  auto document =
      changed("/constraints/apart/properties", R"({"qualifier": "same", "category": "country", "location": "hq"})");
  document.at("locations").as_object()["hq"] = json::parse(R"({"host_name": "h"})");
  Answers answers;
  answers.by_location = json::parse(R"({"hq": {"latitude": 1, "longitude": 2, "country": null}})").as_object();
  BOOST_TEST(has(translate(input_of(document), &answers)->message, "Location hq has no country in inventory"));
  document.at("locations").as_object()["hq"] = json::parse(R"({"latitude": 1, "longitude": 2})");
  BOOST_TEST(has(checked(document).message, "Location hq has no country, which constraint named 'apart' needs"));
}

BOOST_AUTO_TEST_SUITE_END()
