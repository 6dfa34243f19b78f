// The syntax of configuration files, types and references (configuration specification 2).
#include "tests/core/config/folder.hpp"

#include "core/config/ini.hpp"
#include "core/config/nearest.hpp"
#include "core/config/value.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::config;
using test::all;
using test::load_text;

BOOST_AUTO_TEST_SUITE(syntax)

BOOST_AUTO_TEST_CASE(reads_comments_blanks_and_both_line_ends) {
  auto const file =
      parse_ini("\xEF\xBB\xBF# note\n; note\r\n\n[ api ]\r\n  # indented note\n a\n\tname=one \n[x]\nname : two");
  BOOST_REQUIRE(file.errors.size() == 2U);  // indented lines that continue nothing
  BOOST_TEST(file.errors[0].line == 6);
  BOOST_REQUIRE(file.sections.size() == 2U);
  BOOST_TEST(file.sections[0].first == "api");
  BOOST_TEST(file.sections[0].second == 4);
  BOOST_REQUIRE(file.assignments.size() == 1U);
  BOOST_TEST(file.assignments[0].section == "x");
  BOOST_TEST(file.assignments[0].value == "two");
}

BOOST_AUTO_TEST_CASE(splits_at_the_first_separator) {
  auto const file = parse_ini("[x]\nname=one\nother : two = 2\nurl = http://h:1\nempty =\r\n");
  BOOST_REQUIRE(file.assignments.size() == 4U);
  BOOST_TEST(file.errors.empty());
  BOOST_TEST(file.assignments[0].value == "one");
  BOOST_TEST(file.assignments[1].value == "two = 2");
  BOOST_TEST(file.assignments[2].value == "http://h:1");
  BOOST_TEST(file.assignments[2].line == 4);
  BOOST_TEST(file.assignments[3].value == "");
}

BOOST_AUTO_TEST_CASE(continues_a_value_on_indented_lines_until_a_blank_one) {
  auto const file = parse_ini("[x]\nlist = a,\n   b,\n\tc\n\n   d\n");
  BOOST_REQUIRE(file.assignments.size() == 1U);
  BOOST_TEST(file.assignments[0].value == "a,\nb,\nc");
  BOOST_TEST(file.errors.size() == 1U);
}

BOOST_AUTO_TEST_CASE(drops_one_pair_of_matching_quotes) {
  auto const file = parse_ini("[x]\na = \"one \"\nb = 'two'\nc = \"'three'\"\nd = \"four'\ne = \"\n");
  BOOST_REQUIRE(file.assignments.size() == 5U);
  BOOST_TEST(file.assignments[0].value == "one ");
  BOOST_TEST(file.assignments[1].value == "two");
  BOOST_TEST(file.assignments[2].value == "'three'");
  BOOST_TEST(file.assignments[3].value == "\"four'");
  BOOST_TEST(file.assignments[4].value == "\"");
}

BOOST_AUTO_TEST_CASE(finds_all_syntax_errors_of_a_file_with_their_lines) {
  auto const file = parse_ini("early = 1\n[broken\nhunter2\n= value\n[]\n[fine]\na = 1\n");
  BOOST_REQUIRE(file.errors.size() == 5U);
  int const lines[] = {1, 2, 3, 4, 5};
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(file.errors[i].line == lines[i]);
  BOOST_TEST(file.errors[2].text.find("hunter2") == std::string::npos);  // it may be a secret
  BOOST_TEST(file.assignments.size() == 1U);
}

BOOST_AUTO_TEST_CASE(takes_any_case_of_the_eight_boolean_words) {
  sdk::Option const option(sdk::OptionType::boolean, "b", "");
  for (auto const* yes : {"true", "1", "ON", "Yes"})
    BOOST_TEST(std::get<bool>(std::get<sdk::Settings::Value>(parse_value(option, yes))));
  for (auto const* no : {"False", "0", "off", "NO"})
    BOOST_TEST(!std::get<bool>(std::get<sdk::Settings::Value>(parse_value(option, no))));
  auto const bad = parse_value(option, "maybe");
  BOOST_TEST(std::get<BadValue>(bad).reason.starts_with("Unexpected boolean value 'maybe'"));
}

BOOST_AUTO_TEST_CASE(checks_numbers_and_their_bounds) {
  auto const reason = [](sdk::Option const& option, char const* text) {
    auto const parsed = parse_value(option, text);
    auto const* bad = std::get_if<BadValue>(&parsed);
    return bad ? bad->reason : "";
  };
  sdk::Option whole(sdk::OptionType::integer, "n", "");
  whole.at_least(1).at_most(9);
  BOOST_TEST(reason(whole, "7") == "");
  BOOST_TEST(reason(whole, "+7") == "");
  BOOST_TEST(reason(whole, "0").starts_with("Should be greater than or equal to 1"));
  BOOST_TEST(reason(whole, "10").starts_with("Should be less than or equal to 9"));
  for (auto const* bad : {"", "1.5", "0x1", "1_0", "seven", "99999999999999999999", "+-1"})
    BOOST_TEST(reason(whole, bad).starts_with("Unexpected integer value"), bad);
  sdk::Option fraction(sdk::OptionType::number, "f", "");
  fraction.at_least(0.1);
  BOOST_TEST(reason(fraction, "0.25") == "");
  BOOST_TEST(reason(fraction, "2") == "");
  BOOST_TEST(reason(fraction, "0").starts_with("Should be greater than or equal to 0.1"));
  for (auto const* bad : {"nan", "inf", "1e999", "1,5"}) BOOST_TEST(reason(fraction, bad) != "", bad);
}

BOOST_AUTO_TEST_CASE(trims_list_items_and_joins_continuation_lines) {
  sdk::Schema schema("x");
  schema.list("items", "");
  auto const loaded = load_text(test::catalogue_of(schema), "[x]\nitems = a , b,\n  c\n   , ,d\n");
  auto const items = loaded.config.section("x").list("items");
  std::vector<std::string> const expected{"a", "b", "c", "d"};
  BOOST_TEST(items == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(accepts_only_http_urls_with_a_host) {
  for (auto const* good : {"http://h", "https://h:8443/aai", "http://[::1]:80/", "https://user:pw@h/x?y=z"})
    BOOST_TEST(is_http_url(good), good);
  for (auto const* bad :
       {"h:80", "ftp://h", "http://", "http:///path", "http://h:0/", "http://h:99999", "http://a b", "https:h"})
    BOOST_TEST(!is_http_url(bad), bad);
}

BOOST_AUTO_TEST_CASE(names_the_choices_and_takes_any_case_of_them) {
  sdk::Option option(sdk::OptionType::text, "sync", "");
  option.one_of({"full", "normal"});
  BOOST_TEST(std::get<std::string>(std::get<sdk::Settings::Value>(parse_value(option, "FULL"))) == "full");
  BOOST_TEST(std::get<BadValue>(parse_value(option, "fast")).reason ==
             "Valid values are [full, normal], but found 'fast'");
}

sdk::Schema references() {
  sdk::Schema schema("x");
  for (auto const* name : {"a", "b", "c", "d", "dashed_name"}) schema.text(name, "").default_to("");
  return schema;
}

BOOST_AUTO_TEST_CASE(inserts_values_of_this_section_of_default_and_of_a_named_one) {
  Catalogue catalogue;
  catalogue.add(references());
  sdk::Schema general("DEFAULT");
  general.text("host", "").default_to("h");
  general.text("a", "").default_to("not this one");
  sdk::Schema y("y");
  y.text("port", "").default_to("80");
  catalogue.add(general), catalogue.add(y);
  auto const loaded = load_text(
      catalogue, "[x]\na = 1\nb = $a-${a}-$host:${y.port}\nc = $b$$a $5 $ ${dashed-name} ${\ndashed-name = d\n");
  BOOST_TEST(all(loaded.errors) == "");
  BOOST_TEST(loaded.config.section("x").text("b") == "1-1-h:80");
  BOOST_TEST(loaded.config.section("x").text("c") == "1-1-h:80$a $5 $ d ${");
}

BOOST_AUTO_TEST_CASE(refuses_references_to_nothing_and_in_a_circle) {
  auto const loaded = load_text(test::catalogue_of(references()), "[x]\na = $b\nb = $c\nc = $a\nd = pa$word\n");
  auto const text = all(loaded.errors);
  BOOST_TEST(
      text.find("conductor.conf:2: [x] a: options refer to each other in a circle: [x] a -> [x] b -> [x] c -> [x] a") !=
      std::string::npos);
  BOOST_TEST(text.find("conductor.conf:5: [x] d: refers to 'word', which is no known option; write $$") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(takes_dashes_for_underscores_and_the_last_of_repeated_options) {
  auto const loaded =
      load_text(test::catalogue_of(references()), "[x]\ndashed-name = 1\ndashed_name = 2\n[x]\na = 3\na = 4\n");
  BOOST_TEST(loaded.config.section("x").text("dashed_name") == "2");
  BOOST_TEST(loaded.config.section("x").text("a") == "4");
  BOOST_TEST(loaded.config.origin("x", "a").ends_with("conductor.conf:6"));
}

BOOST_AUTO_TEST_CASE(measures_edits_and_finds_the_nearest_word) {
  BOOST_TEST(edit_distance("", "abc") == 3U);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3U);
  BOOST_TEST(edit_distance("form", "from") == 1U);
  BOOST_TEST(edit_distance("same", "same") == 0U);
  BOOST_TEST(nearest("Key-Spcae", {"keyspace", "key_space"}) == "key_space");
  BOOST_TEST(nearest("elephant", {"keyspace", "workers"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
