// The built-in rows, and the table of countries.
#include "core/gazetteer/countries.hpp"
#include "core/gazetteer/fold.hpp"
#include "core/gazetteer/gazetteer.hpp"
#include "core/model/geo.hpp"

#include <boost/test/unit_test.hpp>

namespace gaz = conductor::gazetteer;

namespace {

gaz::Gazetteer const& bundled() {
  static auto const gazetteer = gaz::Gazetteer::bundled().value();
  return gazetteer;
}

gaz::Place only(gaz::Query const& query) {
  auto const answer = bundled().find(query);
  BOOST_REQUIRE_EQUAL(answer.places.size(), 1U);
  return answer.places[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bundled_rows)

BOOST_AUTO_TEST_CASE(every_country_code_has_a_centroid_and_a_name) {
  int countries = 0;
  for (char a = 'A'; a <= 'Z'; ++a)
    for (char b = 'A'; b <= 'Z'; ++b) {
      std::string const two{a, b};
      auto const three = gaz::three_letters(two);
      if (three == two) continue;
      ++countries;
      BOOST_TEST_CONTEXT(two) {
        BOOST_TEST(!gaz::country_name(three).empty());
        BOOST_TEST(only({.country = two}).country == three);
      }
    }
  BOOST_TEST(countries == 249);
}

BOOST_AUTO_TEST_CASE(large_cities_are_where_they_are) {
  auto const close = [](gaz::Query const& query, double latitude, double longitude) {
    auto const place = only(query);
    BOOST_TEST(conductor::model::distance_km({place.latitude, place.longitude}, {latitude, longitude}) < 20,
               to_string(place));
  };
  close({.country = "SE", .locality = "Stockholm"}, 59.3293, 18.0686);
  close({.country = "US", .administrative_area = "New York", .locality = "New York"}, 40.7128, -74.0060);
  close({.locality = "sao paulo"}, -23.5505, -46.6333);
  close({.locality = "Tokyo"}, 35.6762, 139.6503);
  close({.country = "DEU", .locality = "munchen"}, 48.1351, 11.5820);
  close({.country = "DEU", .locality = "Munich"}, 48.1351, 11.5820);
  close({.locality = "Sydney"}, -33.8688, 151.2093);
  close({.locality = "Nairobi"}, -1.2921, 36.8219);
}

// A wrong sign or swapped numbers would put a row into another part of the world.
BOOST_AUTO_TEST_CASE(areas_and_cities_lie_near_the_middle_of_their_country) {
  int rows = 0;
  for (char const first : std::string("aeiou"))
    for (auto const& place : bundled().search(std::string(1, first), 100'000)) {
      ++rows;
      auto const country = only({.country = place.country});
      bool const wide = place.country == "USA" || place.country == "RUS" || place.country == "CAN";
      BOOST_TEST(conductor::model::distance_km({place.latitude, place.longitude},
                                               {country.latitude, country.longitude}) < (wide ? 6000 : 3500),
                 to_string(place));
      if (!place.locality.empty() && !place.administrative_area.empty())
        if (auto const area =
                bundled().find({.country = place.country, .administrative_area = place.administrative_area});
            area.found() && area.places[0].locality.empty())
          BOOST_TEST(conductor::model::distance_km({place.latitude, place.longitude},
                                                   {area.places[0].latitude, area.places[0].longitude}) < 1500,
                     to_string(place));
    }
  BOOST_TEST(rows > 3000);
}

BOOST_AUTO_TEST_CASE(areas_are_places_too_and_cities_of_one_name_ambiguous) {
  BOOST_TEST(only({.country = "USA", .administrative_area = "California"}).locality == "");
  BOOST_TEST(bundled().find({.country = "USA", .locality = "Springfield"}).places.size() == 3U);
}

BOOST_AUTO_TEST_CASE(asking_again_shares_the_rows) {
  BOOST_TEST(gaz::Gazetteer::bundled().value().size() == bundled().size());
  BOOST_TEST(bundled().size() > 1000U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(countries)

BOOST_AUTO_TEST_CASE(codes_of_two_and_three_letters_mean_one_country) {
  BOOST_TEST(gaz::same_country("US", "USA"));
  BOOST_TEST(gaz::same_country("DEU", "DE"));
  BOOST_TEST(!gaz::same_country("US", "UMI"));
  BOOST_TEST(gaz::same_country("XX", "XX"));
  BOOST_TEST(!gaz::same_country("XX", "XXX"));
  BOOST_TEST(gaz::three_letters("gb") == "GBR");
  BOOST_TEST(gaz::three_letters("") == "");
  BOOST_TEST(gaz::country_name("XKX") == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(folding)

BOOST_AUTO_TEST_CASE(letters_lose_case_and_marks) {
  BOOST_TEST(gaz::folded("ÀÉÎÕÜ Çñ Øre Ærø Þór Straße Œuvre").value() == "aeiou cn ore aero thor strasse oeuvre");
  BOOST_TEST(gaz::folded("İzmir Iași Chișinău Hà Nội Đà Nẵng Łódź").value() ==
             "izmir iasi chisinau ha noi da nang lodz");
  BOOST_TEST(gaz::folded("ΑΘΉΝΑ Йошкар-Ола Ёлка").value() == "αθηνα иошкар-ола елка");
  BOOST_TEST(gaz::folded("東京 × 大阪").value() == "東京 × 大阪");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_told) {
  for (auto const* bad : {"\xFF", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xC3", "\x80"})
    BOOST_TEST(!gaz::folded(bad).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
