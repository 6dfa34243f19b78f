// Locations by placemark: looked up in the gazetteer before anything is asked of the inventory.
#include "tests/services/controller/fixtures.hpp"

using namespace conductor;
using namespace conductor::services::controller;
using namespace conductor::services::controller::testing;

namespace {

std::string refused(std::string const& location) { return message("/locations/hq", location); }

std::string resolved(std::string const& location) {
  Answers answers;
  auto const document = translated(changed("/locations/hq", location), answers);
  BOOST_TEST(answers.location_calls == 0);
  return json::serialize(document.at("locations").at("hq"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(placemarks)

BOOST_AUTO_TEST_CASE(are_resolved_with_their_country) {
  BOOST_TEST(resolved(R"({"iso_country_code": "SE", "locality": "stockholm"})") ==
             R"({"latitude":5.93293E1,"longitude":1.80686E1,"country":"SWE"})");
  BOOST_TEST(resolved(R"({"country": "SWE"})") == R"({"latitude":6.2E1,"longitude":1.5E1,"country":"SWE"})");
  BOOST_TEST(resolved(R"({"postal_code": 75001})") == R"({"latitude":4.88626E1,"longitude":2.3363E0,"country":"FRA"})");
  BOOST_TEST(resolved(R"({"locality": "Paris", "administrative_area": "Texas"})") ==
             R"({"latitude":3.36609E1,"longitude":-9.55555E1,"country":"USA"})");
}

BOOST_AUTO_TEST_CASE(that_are_ambiguous_list_up_to_five_places) {
  auto const paris = refused(R"({"locality": "Paris"})");
  BOOST_TEST(paris.starts_with("Unable to resolve location hq: ambiguous: "));
  BOOST_TEST(has(paris, "Paris, Ile-de-France, FRA; Paris, Texas, USA"));
  auto const springfield = refused(R"({"locality": "Springfield"})");
  BOOST_TEST(has(springfield, "Ohio"));
  BOOST_TEST(!has(springfield, "Vermont"));
  BOOST_TEST(springfield.ends_with("; and more"));
}

BOOST_AUTO_TEST_CASE(that_nobody_knows_say_what_was_asked) {
  auto const translation = checked(changed("/locations/hq", R"({"locality": "Stockho", "iso_country_code": "swe"})"));
  BOOST_TEST(translation.message ==
             "Unable to resolve location hq: the gazetteer has no place with locality 'Stockho', country 'SWE'");
  BOOST_TEST(has(translation.errors.at(0).suggestion, "Stockholm"));
}

BOOST_AUTO_TEST_CASE(finer_than_the_gazetteer_are_ignored_with_a_warning) {
  auto const translation = checked(changed(
      "/locations/hq", R"({"locality": "Stockholm", "thoroughfare": "Drottninggatan", "sub_locality": "Norrmalm"})"));
  BOOST_TEST(translation.message == "");
  BOOST_REQUIRE(translation.warnings.size() == 2U);
  BOOST_TEST(has(translation.warnings[0].message, "finer than the gazetteer; it is ignored"));
  BOOST_TEST(refused(R"({"thoroughfare": "Drottninggatan"})") ==
             "Unable to resolve location hq: none of its keys is known to the gazetteer");
}

BOOST_AUTO_TEST_CASE(give_way_to_coordinates_and_names_with_a_warning) {
  auto const by_coordinates =
      checked(changed("/locations/hq", R"({"latitude": 0, "longitude": 0, "host_name": "h", "locality": "Paris"})"));
  BOOST_TEST(by_coordinates.message == "");
  BOOST_TEST(by_coordinates.warnings.at(0).message == "Location hq has coordinates; its other names are not looked up");
  Answers answers;
  answers.by_location = json::parse(R"({"hq": {"latitude": 1, "longitude": 2, "country": null}})").as_object();
  auto const found = translated(changed("/locations/hq", R"({"clli_code": "STHMSE01", "locality": "Paris"})"), answers);
  BOOST_TEST(answers.location_calls == 1);
  BOOST_TEST(found.at("locations").at("hq").at("latitude").to_number<double>() == 1.0);
}

BOOST_AUTO_TEST_CASE(of_wrong_kinds_are_refused) {
  BOOST_TEST(refused(R"({"locality": ["Paris"]})") == "Location hq has the locality '['Paris']', expected a text");
  BOOST_TEST(refused(R"({"iso_country_code": "XX", "locality": "Paris"})") ==
             "Location hq has the country 'XX', expected three letters (ISO 3166 alpha-3)");
  BOOST_TEST(refused(R"({"country": "SWE", "iso_country_code": "NO", "locality": "Stockholm"})") ==
             "Location hq has a country and a different iso_country_code; keep one of them");
  auto input = input_of(changed("/locations/hq", R"({"locality": "Stockholm"})"));
  input.known.gazetteer.reset();
  BOOST_TEST(translate(input, nullptr)->message ==
             "Unable to resolve location hq: no gazetteer is loaded; give latitude and longitude");
}

BOOST_AUTO_TEST_CASE(serve_country_zones) {
  auto document = changed("/locations/hq", R"({"locality": "Stockholm"})");
  document.at("constraints").as_object()["apart"] = json::parse(R"({"type": "zone", "demands": ["fw"],
      "properties": {"qualifier": "same", "category": "country", "location": "hq"}})");
  BOOST_TEST(checked(document).message == "");
}

BOOST_AUTO_TEST_CASE(of_the_bundled_gazetteer_are_there_from_the_start) {
  auto input = input_of(changed("/locations/hq", R"({"country": "SE", "locality": "Stockholm"})"));
  input.known.gazetteer = gazetteer::Gazetteer::bundled().value();
  BOOST_TEST(translate(input, nullptr)->message == "");
}

BOOST_AUTO_TEST_SUITE_END()
