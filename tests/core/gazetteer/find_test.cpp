// Which rows a placemark means.
#include "core/gazetteer/gazetteer.hpp"

#include <boost/test/unit_test.hpp>

namespace gaz = conductor::gazetteer;

namespace {

constexpr char rows[] =
    "country,administrative_area,locality,postal_code,latitude,longitude\n"
    "FRA,,,,46.6,2.5\n"
    "FRA,Île-de-France,,,48.7,2.5\n"
    "FRA,Île-de-France,Paris,,48.86,2.35\n"
    "FRA,Île-de-France,Paris,75001,48.86,2.34\n"
    "FRA,Île-de-France,Paris,75002,48.87,2.34\n"
    "USA,Texas,Paris,,33.66,-95.56\n"
    "USA,Illinois,Springfield,,39.78,-89.65\n"
    "USA,Missouri,Springfield,,37.21,-93.29\n"
    "POL,,Łódź,,51.76,19.46\n";

gaz::Gazetteer gazetteer() { return gaz::Gazetteer::from_text(rows, "test").value(); }

std::string found(gaz::Query const& query) {
  std::string out;
  for (auto const& place : gazetteer().find(query).places) out += (out.empty() ? "" : "; ") + to_string(place);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(find)

BOOST_AUTO_TEST_CASE(a_country_alone_means_its_centroid) {
  BOOST_TEST(found({.country = "FRA"}) == "FRA");
  BOOST_TEST(gazetteer().find({.country = "FRA"}).places.at(0).latitude == 46.6);
}

BOOST_AUTO_TEST_CASE(a_country_may_have_two_letters_and_small_ones) {
  BOOST_TEST(found({.country = "fr"}) == "FRA");
  BOOST_TEST(found({.country = "fra"}) == "FRA");
}

BOOST_AUTO_TEST_CASE(an_area_means_its_centroid) {
  BOOST_TEST(found({.country = "FRA", .administrative_area = "Île-de-France"}) == "Île-de-France, FRA");
  BOOST_TEST(found({.administrative_area = "Île-de-France"}) == "Île-de-France, FRA");
}

BOOST_AUTO_TEST_CASE(a_city_without_postal_code_means_the_row_of_the_city) {
  BOOST_TEST(found({.country = "FRA", .locality = "Paris"}) == "Paris, Île-de-France, FRA");
}

BOOST_AUTO_TEST_CASE(a_postal_code_is_found_alone_and_with_coarser_keys) {
  BOOST_TEST(found({.postal_code = "75002"}) == "75002, Paris, Île-de-France, FRA");
  BOOST_TEST(found({.country = "FR", .locality = "paris", .postal_code = "75001"}) ==
             "75001, Paris, Île-de-France, FRA");
}

BOOST_AUTO_TEST_CASE(a_name_in_several_countries_or_areas_is_ambiguous) {
  BOOST_TEST(found({.locality = "Paris"}) == "Paris, Île-de-France, FRA; Paris, Texas, USA");
  BOOST_TEST(found({.country = "USA", .locality = "Springfield"}) ==
             "Springfield, Illinois, USA; Springfield, Missouri, USA");
  BOOST_TEST(!gazetteer().find({.locality = "Paris"}).found());
}

BOOST_AUTO_TEST_CASE(all_given_keys_must_equal_those_of_the_row) {
  BOOST_TEST(found({.country = "DEU", .locality = "Paris"}) == "");
  BOOST_TEST(found({.administrative_area = "Texas", .locality = "Paris"}) == "Paris, Texas, USA");
  BOOST_TEST(found({.locality = "Par"}) == "");
  BOOST_TEST(found({.locality = "Paris", .postal_code = "99999"}) == "");
}

BOOST_AUTO_TEST_CASE(case_and_diacritics_do_not_count_on_either_side) {
  BOOST_TEST(found({.locality = "lodz"}) == "Łódź, POL");
  BOOST_TEST(found({.locality = "ŁÓDŹ"}) == "Łódź, POL");
  BOOST_TEST(found({.locality = "Lo\u0301dz\u0301"}) == "Łódź, POL");  // marks as characters of their own
  BOOST_TEST(found({.administrative_area = "ile-de-france"}) == "Île-de-France, FRA");
  BOOST_TEST(found({.administrative_area = "Illinoîs", .locality = "Springfield"}) == "Springfield, Illinois, USA");
}

BOOST_AUTO_TEST_CASE(a_country_without_a_centroid_means_all_its_rows) {
  BOOST_TEST(found({.country = "POL"}) == "Łódź, POL");
  BOOST_TEST(found({.country = "USA"}) == "Paris, Texas, USA; Springfield, Illinois, USA; Springfield, Missouri, USA");
}

BOOST_AUTO_TEST_CASE(nothing_asked_finds_nothing) {
  BOOST_TEST(found({}) == "");
  BOOST_TEST(gaz::Query{}.empty());
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf8_finds_nothing) { BOOST_TEST(found({.locality = "Par\xE9s"}) == ""); }

BOOST_AUTO_TEST_CASE(an_answer_is_bounded) {
  std::string csv = "country,administrative_area,locality,postal_code,latitude,longitude\n";
  for (int i = 0; i < 500; ++i) csv += "USA,Area " + std::to_string(i) + ",Springfield,,1,1\n";
  auto const many = gaz::Gazetteer::from_text(csv, "test").value();
  BOOST_TEST(many.find({.locality = "Springfield"}).places.size() == gaz::Answer::most_places);
}

BOOST_AUTO_TEST_SUITE_END()
