// Reading gazetteer files: what is accepted, and what is said about the rest.
#include "core/gazetteer/gazetteer.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gaz = conductor::gazetteer;
using conductor::sdk::Errc;

namespace {

constexpr char header[] = "country,administrative_area,locality,postal_code,latitude,longitude\n";

std::string complaint(std::string const& csv) {
  auto const read = gaz::Gazetteer::from_text(csv, "places.csv");
  if (read) return "";
  BOOST_TEST(static_cast<int>(read.error().code) == static_cast<int>(Errc::invalid));
  return read.error().text;
}

std::string complaint_about_row(std::string const& row) { return complaint(header + row); }

}  // namespace

BOOST_AUTO_TEST_SUITE(file)

BOOST_AUTO_TEST_CASE(quotes_bom_line_ends_and_empty_lines_are_read) {
  auto const read = gaz::Gazetteer::from_text(
      std::string("\xEF\xBB\xBF") + "country,administrative_area,locality,postal_code,latitude,longitude\r\n" +
          "USA,\"District of Columbia\", \"odd\"\"name\",,38.9,-77\r\n\r\nBES,\"Bonaire, \"\"B\"\"\",,,12.2,-68.3",
      "test");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->size() == 2U);
  BOOST_TEST(read->find({.administrative_area = "bonaire, \"b\""}).found());
  BOOST_TEST(read->find({.country = "USA", .administrative_area = "district of columbia"}).places.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_header_alone_is_an_empty_gazetteer) {
  BOOST_TEST(gaz::Gazetteer::from_text(header, "test").value().size() == 0U);
}

BOOST_AUTO_TEST_CASE(names_line_and_column_of_what_is_wrong) {
  BOOST_TEST(complaint_about_row("FRA,,,,46.6,2.5\nFRA,,Paris,,48.9x,2.3\n") ==
             "gazetteer places.csv, line 3, column latitude: '48.9x', expected a number in -90..90");
  BOOST_TEST(complaint_about_row("FRA,,Paris,,48.9,181\n") ==
             "gazetteer places.csv, line 2, column longitude: '181', expected a number in -180..180");
  BOOST_TEST(complaint_about_row("France,,Paris,,48.9,2\n") ==
             "gazetteer places.csv, line 2, column country: 'France', expected three capitals (ISO 3166 alpha-3), such "
             "as SWE");
  BOOST_TEST(complaint_about_row("FRA,,Paris,48.9,2\n") ==
             "gazetteer places.csv, line 2: the row has 5 cells, expected 6");
  BOOST_TEST(complaint_about_row("FRA,,Par\xE9s,,48.9,2\n") ==
             "gazetteer places.csv, line 2, column locality: the cell is not UTF-8");
  BOOST_TEST(complaint_about_row("FRA,,Paris,,,2\n") ==
             "gazetteer places.csv, line 2, column latitude: '', expected a number in -90..90");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_no_coordinates_are_refused) {
  for (auto const* number : {"nan", "inf", "1e1", "0x10", "+5", "1,5", "90.001"})
    BOOST_TEST(complaint_about_row("FRA,,Paris,,\"" + std::string(number) + "\",2\n") != "", number);
}

BOOST_AUTO_TEST_CASE(lines_inside_quotes_are_counted) {
  BOOST_TEST(complaint_about_row("FRA,,\"Pa\nris\",,48.9,2\nFRA,,Lyon,,x,2\n") ==
             "gazetteer places.csv, line 4, column latitude: 'x', expected a number in -90..90");
}

BOOST_AUTO_TEST_CASE(an_open_quote_and_a_wrong_or_missing_header_are_refused) {
  BOOST_TEST(complaint_about_row("FRA,,\"Paris,,48.9,2\n") ==
             "gazetteer places.csv, line 2: a quoted cell is never closed");
  BOOST_TEST(complaint("FRA,,Paris,,48.9,2\n") ==
             "gazetteer places.csv, line 1: expected the header " + std::string(header).substr(0, sizeof(header) - 2));
  BOOST_TEST(complaint("").starts_with("gazetteer places.csv, line 1: the file is empty"));
}

BOOST_AUTO_TEST_CASE(files_are_read_and_missing_ones_named) {
  auto const path = std::filesystem::temp_directory_path() / ("gazetteer_test." + std::to_string(getpid()));
  std::ofstream(path) << header << "SWE,,Kiruna,,67.86,20.23\n";
  auto const read = gaz::Gazetteer::from_file(path);
  std::filesystem::remove(path);
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->find({.locality = "kiruna"}).found());
  auto const missing = gaz::Gazetteer::from_file(path);
  BOOST_REQUIRE(!missing.has_value());
  BOOST_TEST(static_cast<int>(missing.error().code) == static_cast<int>(Errc::unavailable));
  BOOST_TEST(missing.error().text.find(path.string()) != std::string::npos);
  BOOST_TEST(!gaz::Gazetteer::from_file(std::filesystem::temp_directory_path()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
