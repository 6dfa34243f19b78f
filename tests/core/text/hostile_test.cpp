// Texts made to exhaust a reader: each is refused by a limit that is counted, before much is built of it.
#include "core/text/reader.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace conductor;
using namespace std::string_literals;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

std::string failure_of(text::Document const& document) { return document.failure ? document.failure->message : ""; }

using conductor::tests::has;

std::size_t values_in(text::Node const& node) {
  std::size_t sum = 1;
  for (auto const& item : node.items) sum += values_in(item);
  for (auto const& member : node.members) sum += values_in(member.value);
  return sum;
}

// Refused with this text, by a limit, and no more than `most` values were built.
void refused(text::Document const& document, std::string_view part, std::size_t most) {
  BOOST_TEST(has(failure_of(document), part), failure_of(document));
  BOOST_TEST(document.at_limit);
  BOOST_TEST(values_in(document.root) <= most);
}

constexpr std::size_t body = 8U << 20U;

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_json)

BOOST_AUTO_TEST_CASE(too_many_values_are_counted_before_any_is_built) {
  refused(text::read_json("[" + repeated("0,", body / 2 - 2) + "0]"), "more than 1000000 values", 1);
  refused(text::read_json("[" + repeated("[],", body / 3 - 2) + "0]"), "more than 1000000 values", 1);
  refused(text::read_json("{" + repeated("\"a\":0,", body / 6 - 2) + "\"b\":0}"), "more than 1000000 values", 1);
}

BOOST_AUTO_TEST_CASE(the_count_is_exact) {
  std::string const text = R"([1, [], {"a,b": "c,[{\"", "d": [true , null]}, {}, [ [ ] ]])";
  auto const whole = text::read_json(text);
  BOOST_REQUIRE(whole.ok());
  auto const values = values_in(whole.root);
  for (auto const* padding : {"", "\n", "\t \r\n"}) {
    auto const padded = text + repeated(*padding == '\0' ? " " : padding, text.size());
    BOOST_TEST(text::read_json(padded, {.max_nodes = values}).ok());
    refused(text::read_json(padded, {.max_nodes = values - 1}), "values", 1);
  }
}

BOOST_AUTO_TEST_CASE(the_place_of_the_value_too_many_is_told) {
  auto const document = text::read_json("[0,\n0,\n0,0,0,0,0]", {.max_nodes = 4});
  BOOST_REQUIRE(document.failure.has_value());
  BOOST_TEST(document.failure->line == 3);
  BOOST_TEST(document.failure->column == 2);
}

BOOST_AUTO_TEST_CASE(depth_ends_at_its_limit) {
  refused(text::read_json(repeated("[", body)), "nested deeper than 64 levels", 65);
  refused(text::read_json(repeated("{\"a\":", body / 5)), "nested deeper than 64 levels", 65);
}

BOOST_AUTO_TEST_CASE(huge_keys_are_refused) {
  std::string const key(4096, 'k');
  BOOST_TEST(text::read_json("{\"" + key + "\": 1}").ok());
  refused(text::read_json("{\"" + key + "k\": 1}"), "a key has 4097 bytes; at most 4096 are accepted", 1);
  refused(text::read_json("{\"" + repeated("k", body / 2) + "\":{" + repeated("\"a\":0,", 200) + "\"b\":0}}"),
          "a key has 4194304 bytes", 1);
}

BOOST_AUTO_TEST_CASE(duplicates_below_long_keys_stay_small) {
  std::string const key(4000, 'k');
  std::string text = "0";
  for (int depth = 0; depth < 60; ++depth) text.insert(0, "{\"" + key + "\":").append(",\"a\":1,\"a\":2}");
  auto const document = text::read_json(text);
  BOOST_TEST(!document.failure.has_value());
  BOOST_TEST(!document.duplicates.empty());
  std::size_t bytes = 0;
  for (auto const& duplicate : document.duplicates) bytes += duplicate.pointer.size() + duplicate.key.size();
  BOOST_TEST(bytes <= (1U << 20U) + 300'000U);
}

BOOST_AUTO_TEST_CASE(large_mappings_keep_order_last_values_and_duplicates) {
  std::string text = "{";
  for (int i = 5000; i > 0; --i) text += "\"key" + std::to_string(i * 7919 % 5000) + "\": " + std::to_string(i) + ",\n";
  auto const clean = text::read_json(text + "\"last\": 0}");
  BOOST_REQUIRE(clean.ok());
  BOOST_TEST(clean.root.members.size() == 5001U);
  BOOST_TEST(clean.root.members[0].key == "key0");
  auto const again = text::read_json(text + "\"key0\": -1, \"last\": 0, \"last\": 1}");
  BOOST_REQUIRE(again.duplicates.size() == 2U);
  BOOST_TEST(again.duplicates[0].pointer == "/key0");
  BOOST_TEST(again.duplicates[1].pointer == "/last");
  BOOST_TEST(again.root.members.size() == 5001U);
  BOOST_TEST(again.root.members[0].value.scalar.as_int64() == -1);
}

BOOST_AUTO_TEST_CASE(numbers_beyond_a_double_are_refused_however_long) {
  for (auto const& text : {"1" + repeated("0", 400), repeated("9", body), "-" + repeated("9", 400),
                           std::string("1e400"), std::string("-1.5E+999999999999999999999")})
    BOOST_TEST(has(failure_of(text::read_json(text)), "is too large"), text.substr(0, 20));
  BOOST_TEST(text::read_json("0." + repeated("9", 100'000)).ok());
  BOOST_TEST(has(failure_of(text::read_json("1" + repeated("0", 400) + ".0e-1")), "is too large"));
}

BOOST_AUTO_TEST_CASE(numbers_too_small_for_a_double_are_zero_however_written) {
  for (auto const& text : {std::string("1e-400"), "0." + repeated("0", 400) + "1", "-0." + repeated("0", 400) + "1e+5",
                           std::string("1.5e-99999999999999999999"), "0.0e99999999999999999999"s, "0e400"s}) {
    auto const as_json = text::read_json(text);
    BOOST_REQUIRE_MESSAGE(as_json.ok(), text.substr(0, 30) << ": " << failure_of(as_json));
    BOOST_TEST(as_json.root.scalar.as_double() == 0.0);
  }
  auto const as_yaml = text::read_yaml("[0." + repeated("0", 400) + "1, 1.0e-400]");
  BOOST_REQUIRE(as_yaml.ok());
  BOOST_TEST(as_yaml.root.items[0].scalar.as_double() == 0.0);
  BOOST_TEST(as_yaml.root.items[1].scalar.as_double() == 0.0);
  for (auto const* text : {".e+5", "1.5-3", "1+2.5", "1.2.3", "..", "-.", "1.5e+", "1.5e+x"})
    BOOST_TEST(text::read_yaml(std::string("a: ") + text).root.members[0].value.is_text(), text);
}

BOOST_AUTO_TEST_CASE(nul_bom_and_other_encodings_are_refused) {
  for (auto const& text : {"{\"a\": \0}"s, "\0"s, "{\"a\0\": 1}"s, "[1]\0"s, "[\xEF\xBB\xBF"s + "1]", "\xFF\xFE[\0]\0"s,
                           "\xFE\xFF\0["s, "\xEF\xBB\xBF\xEF\xBB\xBF[1]"s})
    BOOST_TEST(text::read_json(text).failure.has_value());
  BOOST_TEST(text::read_json("\xEF\xBB\xBF[1]").ok());
}

BOOST_AUTO_TEST_CASE(a_limit_is_not_tried_again_as_yaml) {
  refused(text::read_json_or_yaml(repeated("[", 100)), "Invalid JSON in line 1, column 65: nested deeper", 65);
  refused(text::read_json_or_yaml("[" + repeated("0,", body / 2 - 2) + "0]"), "Invalid JSON", 1);
}

BOOST_AUTO_TEST_CASE(one_text_as_long_as_a_body_is_read) {
  auto const document = text::read_json("{\"a\": \"" + repeated("x", body - 20) + "\"}");
  BOOST_REQUIRE(document.ok());
  BOOST_TEST(document.root.find("a")->text().size() == body - 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hostile_yaml)

BOOST_AUTO_TEST_CASE(too_many_lines_and_commas_are_counted_before_any_value_is_built) {
  refused(text::read_yaml(repeated("- 0\n", body / 4)), "more than 1000000 lines and commas", 1);
  refused(text::read_yaml("x: [" + repeated("0,", body / 2 - 4) + "0]"), "more than 1000000 lines and commas", 1);
  refused(text::read_yaml(repeated("a: 0\n", body / 5)), "more than 1000000 lines and commas", 1);
  BOOST_TEST(text::read_yaml(repeated("# a comment\n", 50'000) + "a: 1").ok());
}

BOOST_AUTO_TEST_CASE(too_many_values_end_at_the_limit) {
  std::string const text = repeated("- - - - 0\n", 100);  // 4 lists, then 0
  BOOST_TEST(text::read_yaml(text, {.max_nodes = 401}).ok());
  refused(text::read_yaml(text, {.max_nodes = 400}), "more than 400 values", 401);
}

BOOST_AUTO_TEST_CASE(depth_ends_at_its_limit) {
  refused(text::read_yaml(repeated("[", body)), "nested deeper than 64 levels", 65);
  refused(text::read_yaml(repeated("- ", body / 2)), "nested deeper than 64 levels", 65);
  std::string block;
  for (std::size_t i = 0; i < 100; ++i) block += std::string(i, ' ') + "a:\n";
  refused(text::read_yaml(block), "nested deeper than 64 levels", 65);
}

BOOST_AUTO_TEST_CASE(aliases_of_aliases_end_at_the_limit_of_what_they_copy) {
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    auto const name = "a" + std::to_string(i), alias = "*a" + std::to_string(i - 1);
    laughs += name + ": &" + name + " [" + alias + repeated("," + alias, 9) + "]\n";
  }
  refused(text::read_yaml(laughs), "anchors and aliases expand to more than 2097152 bytes", 150'000);
}

BOOST_AUTO_TEST_CASE(many_aliases_anchors_and_merges_end_at_that_limit) {
  refused(text::read_yaml("a: &a [" + repeated("x,", 3000) + "x]\nb:\n" + repeated("- *a\n", 100'000)),
          "anchors and aliases expand", 150'000);
  refused(text::read_yaml("a: &a [" + repeated("x,", 3000) + "x]\nb:\n" + repeated("- <<: {b: *a}\n", 100'000)),
          "anchors and aliases expand", 150'000);
  std::string anchors;
  for (int i = 0; i < 100'000; ++i) anchors += "- &a" + std::to_string(i) + " 1\n";
  refused(text::read_yaml(anchors), "anchors and aliases expand", 30'000);
  std::string nested = "x: ";
  for (int i = 0; i < 60; ++i) nested += "&a" + std::to_string(i) + " [";
  refused(text::read_yaml(nested + repeated("0,", 100'000) + "0" + repeated("]", 60)), "anchors and aliases expand",
          150'000);
}

BOOST_AUTO_TEST_CASE(an_alias_inside_what_it_means_is_refused) {
  BOOST_TEST(has(failure_of(text::read_yaml("a: &a [1, *a]")), "stands inside what it means"));
  BOOST_TEST(has(failure_of(text::read_yaml("a: *b")), "has no anchor before it"));
  BOOST_TEST(has(failure_of(text::read_yaml("a: &a {<<: *a}")), "stands inside what it means"));
}

BOOST_AUTO_TEST_CASE(a_merge_key_given_again_is_a_duplicate_and_merges_nothing) {
  auto const document = text::read_yaml("a:\n  <<: {b: 1}\n  <<: {c: 2}\n  d: 3\n");
  BOOST_REQUIRE(document.duplicates.size() == 1U);
  BOOST_TEST(document.duplicates[0].pointer == "/a/<<");
  BOOST_TEST(document.root.at("/a/c") == nullptr);
  std::string many = "a:\n";
  for (int i = 0; i < 70'000; ++i) many += "  <<: {k" + std::to_string(i) + ": 1}\n";
  auto const large = text::read_yaml(many);
  BOOST_TEST(large.duplicates.size() == 100U);
  BOOST_TEST(values_in(large.root) < 10U);
}

BOOST_AUTO_TEST_CASE(huge_keys_are_refused) {
  refused(text::read_yaml("? " + repeated("k", body / 2) + "\n: [" + repeated("0,", 100'000) + "0]"),
          "a key has 4194304 bytes; at most 4096 are accepted", 2);
  BOOST_TEST(!text::read_yaml("a: &k " + repeated("k", 5000) + "\n*k : 1").ok());
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_refused) {
  for (auto const& value :
       {std::string(".nan"), std::string("-.INF"), "1" + repeated("0", 400), std::string("1.0e+400"),
        repeated("9", 2'000'000), "0x" + repeated("f", 2000), "0b1" + repeated("0", 2000),
        "1" + repeated(":00", 300) + ".0", "-1" + repeated(":00", 300) + ".5", std::string("!!float .inf"),
        "!!int 1" + repeated("0", 400)}) {
    auto const document = text::read_yaml("a: " + value);
    BOOST_TEST(document.failure.has_value(), value.substr(0, 30));
  }
  auto const large = text::read_yaml("[0x" + repeated("0", 3000) + "1, 1" + repeated("0", 300) + "]");
  BOOST_REQUIRE(large.ok());
  BOOST_TEST(large.root.items[0].scalar.as_int64() == 1);
  BOOST_TEST(std::isfinite(large.root.items[1].scalar.as_double()));
}

BOOST_AUTO_TEST_CASE(nul_bom_surrogates_and_bytes_that_are_not_utf8_are_refused) {
  for (auto const& text :
       {"a: b\0c"s, "a: \"\\0\""s + "\0"s, "a: \xFF"s, "a: \xED\xA0\x80"s, "a: \"\\uD800\""s, "a: \"\\uD800\\uDC00\""s,
        "a: \xEF\xBB\xBF"s + "b", "\xFF\xFE"s + "a\0:\0"s, "a: \xC0\x80"s, "a: \xF4\x90\x80\x80"s, "a: \x01"s})
    BOOST_TEST(text::read_yaml(text).failure.has_value(), text);
  BOOST_TEST(text::read_yaml("\xEF\xBB\xBF"
                             "a: b")
                 .ok());
}

BOOST_AUTO_TEST_CASE(what_is_shown_of_a_text_is_utf8) {
  auto const broken = text::read_yaml("a: \xC6\xDF x");
  BOOST_REQUIRE(broken.failure.has_value());
  BOOST_TEST(broken.failure->value == "a: \xEF\xBF\xBD\xEF\xBF\xBD x");
  auto const tagged = text::read_yaml("a: !!int x" + repeated("\xC3\xA4", 30));
  BOOST_TEST(has(failure_of(tagged), "the value x" + repeated("\xC3\xA4", 19) + " does not fit its tag"));
}

BOOST_AUTO_TEST_CASE(duplicates_far_down_are_placed_in_the_text) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "k" + std::to_string(i) + ": 0\n";
  auto const document = text::read_yaml(text + "k5: 1\nk6: 1\n\nk7: 1\n");
  BOOST_REQUIRE(document.duplicates.size() == 3U);
  BOOST_TEST(document.duplicates[0].line == 1001);
  BOOST_TEST(document.duplicates[0].snippet == "k5: 1");
  BOOST_TEST(document.duplicates[2].snippet == "k7: 1");
}

BOOST_AUTO_TEST_SUITE_END()
