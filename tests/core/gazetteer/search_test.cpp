// What a person finds who types a part of a name.
#include "core/gazetteer/gazetteer.hpp"

#include <boost/test/unit_test.hpp>

namespace gaz = conductor::gazetteer;

namespace {

std::string search(std::string_view text, std::size_t most = 3) {
  std::string out;
  for (auto const& place : gaz::Gazetteer::bundled().value().search(text, most))
    out += (out.empty() ? "" : "; ") + to_string(place);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_by_text)

BOOST_AUTO_TEST_CASE(a_whole_name_comes_before_names_that_begin_with_it) {
  BOOST_TEST(search("washington", 2) == "Washington, USA; Washington, District of Columbia, USA");
  BOOST_TEST(search("san jose", 5) == "San Jose, California, USA; San José, CRI");
  BOOST_TEST(search("santa c", 1) == "Santa Catarina, BRA");
}

BOOST_AUTO_TEST_CASE(diacritics_case_and_punctuation_do_not_count) {
  BOOST_TEST(search("SAO PAULO", 2) == "São Paulo, BRA; São Paulo, São Paulo, BRA");
  BOOST_TEST(search("xian") == "");
  BOOST_TEST(search("xi an", 1) == "Xi'an, Shaanxi, CHN");
  BOOST_TEST(search("cluj napoca", 1) == "Cluj-Napoca, ROU");
}

BOOST_AUTO_TEST_CASE(beginnings_of_words_come_before_letters_inside) {
  BOOST_TEST(search("mal", 100).find("Malawi") == std::string::npos);  // a country's row shows its code
  auto const places = gaz::Gazetteer::bundled().value().search("orleans", 5);
  BOOST_REQUIRE(!places.empty());
  BOOST_TEST(places[0].locality == "New Orleans");
}

BOOST_AUTO_TEST_CASE(several_words_in_any_order_narrow_the_search) {
  BOOST_TEST(search("springfield illinois") == "Springfield, Illinois, USA");
  BOOST_TEST(search("illinois springfield") == "Springfield, Illinois, USA");
  BOOST_TEST(search("valencia spain", 1) == "Valencia, Valencian Community, ESP");
}

BOOST_AUTO_TEST_CASE(countries_are_found_by_name_and_by_code) {
  BOOST_TEST(search("sweden", 1) == "SWE");
  BOOST_TEST(search("swe", 1) == "SWE");
  BOOST_TEST(search("se", 1) == "SWE");
  BOOST_TEST(search("cote d'ivoire", 1) == "CIV");
}

BOOST_AUTO_TEST_CASE(postal_codes_are_found) {
  auto const gazetteer = gaz::Gazetteer::from_text(
                             "country,administrative_area,locality,postal_code,latitude,longitude\n"
                             "DEU,,Bonn,53111,50.7,7.1\n"
                             "DEU,,Bonn,53113,50.7,7.1\n",
                             "test")
                             .value();
  BOOST_TEST(gazetteer.search("53113", 5).size() == 1U);
  BOOST_TEST(gazetteer.search("531", 5).size() == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_and_unknown_texts_find_nothing) {
  BOOST_TEST(search("") == "");
  BOOST_TEST(search(" ,; ") == "");
  BOOST_TEST(search("no such place") == "");
  BOOST_TEST(search("a", 0) == "");
  BOOST_TEST(search("\xFF\xFE") == "");
}

BOOST_AUTO_TEST_SUITE_END()
