// The JSON and YAML readers: what they accept, what they refuse and where they say it is.
#include "core/text/reader.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace conductor;
namespace json = boost::json;

namespace {

json::value yaml(std::string const& text) {
  auto const document = text::read_yaml(text);
  BOOST_REQUIRE_MESSAGE(document.ok(), text << ": " << (document.failure ? document.failure->message : "duplicate"));
  return text::to_json(document.root);
}

std::string failure(text::Document const& document) { return document.failure ? document.failure->message : ""; }

using conductor::tests::has;

std::string repeated(std::string const& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_reader)

BOOST_AUTO_TEST_CASE(keeps_order_and_positions) {
  auto const document = text::read_json("{\"b\": 1,\n \"\xC3\xA4\": [true, {\"c\": null}]}");
  BOOST_REQUIRE(document.ok());
  BOOST_TEST(json::serialize(text::to_json(document.root)) == "{\"b\":1,\"\xC3\xA4\":[true,{\"c\":null}]}");
  auto const* inner = document.root.at("/\xC3\xA4/1/c");
  BOOST_REQUIRE(inner != nullptr);
  BOOST_TEST(inner->line == 2);
  BOOST_TEST(inner->column == 20);  // characters, not bytes
  BOOST_TEST(document.root.members[1].column == 2);
}

BOOST_AUTO_TEST_CASE(reads_every_kind_of_number) {
  auto const document =
      text::read_json("[0, -0, -7, 18446744073709551615, 1.5e3, 1e-400, 123456789012345678901234567890]");
  BOOST_REQUIRE(document.ok());
  auto const list = text::to_json(document.root).as_array();
  BOOST_TEST(list[2].as_int64() == -7);
  BOOST_TEST(list[3].as_uint64() == 18446744073709551615U);
  BOOST_TEST(list[4].as_double() == 1500.0);
  BOOST_TEST(list[5].as_double() == 0.0);
  BOOST_TEST(list[6].as_double() == 123456789012345678901234567890.0);
}

BOOST_AUTO_TEST_CASE(decodes_escapes_and_surrogate_pairs) {
  auto const document = text::read_json(R"("\"\\\/\b\f\n\r\tA\u00e4\ud83d\ude00")");
  BOOST_REQUIRE(document.ok());
  BOOST_TEST(document.root.text() == "\"\\/\b\f\n\r\tA\xC3\xA4\xF0\x9F\x98\x80");
}

BOOST_AUTO_TEST_CASE(refuses_what_json_does_not_have) {
  char const* const bad[] = {"",
                             "{",
                             "[1,]",
                             "{\"a\":1,}",
                             "{a:1}",
                             "01",
                             "1.",
                             ".5",
                             "+1",
                             "1e",
                             "NaN",
                             "Infinity",
                             "-Infinity",
                             "1e400",
                             "nul",
                             "'a'",
                             "\"\x01\"",
                             "\"\\ud800\"",
                             "\"\\udc00\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\x\"",
                             "\"\xFF\"",
                             "\"\xED\xA0\x80\"",
                             "\"\xC0\x80\"",
                             "\"open",
                             "[1 2]",
                             "1 2",
                             "{\"a\" 1}",
                             "// c",
                             "\"\\u12\""};
  for (auto const* text : bad) BOOST_TEST(text::read_json(text).failure.has_value(), text);
}

BOOST_AUTO_TEST_CASE(says_line_column_and_what_was_expected) {
  auto const document = text::read_json("{\n  \"a\": 1,\n  \"b\": }");
  BOOST_TEST(failure(document) == "Invalid JSON in line 3, column 8: expected a value, got '}'");
  BOOST_TEST(document.failure->line == 3);
  BOOST_TEST(failure(text::read_json("[1e999]")) == "Invalid JSON in line 1, column 2: the number 1e999 is too large");
}

BOOST_AUTO_TEST_CASE(reports_every_duplicate_key_with_line_and_snippet) {
  auto const document = text::read_json("{\"a\": 1, \"b\": {\"c\": 1,\n   \"c\": 2},\n \"\\u0061\": 3}");
  BOOST_REQUIRE(document.duplicates.size() == 2U);
  BOOST_TEST(document.duplicates[0].pointer == "/b/c");
  BOOST_TEST(document.duplicates[0].line == 2);
  BOOST_TEST(document.duplicates[0].snippet == "\"c\": 2},");
  BOOST_TEST(document.duplicates[1].key == "a");
  BOOST_TEST(document.root.at("/b/c")->scalar.as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(words_duplicate_keys_and_keeps_those_before_a_failure) {
  auto const document = text::read_json("{\n\t\"name\": \"x\",\n\t\"name\": \"y\"\n}");
  BOOST_REQUIRE(document.duplicates.size() == 1U);
  BOOST_TEST(text::duplicate_key_text("API Request", document.duplicates[0]) ==
             "API Request has a duplicate key on line 3: \"name\": \"y\"");
  BOOST_TEST(text::read_json("{\"a\": {\"b\": 1}, \"b\": 1}").duplicates.empty());
  auto const broken = text::read_json("{\"a\": 1, \"a\": 2, ?");
  BOOST_TEST(broken.failure.has_value());
  BOOST_TEST(broken.duplicates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(cuts_long_lines_around_the_place) {
  auto const text =
      "{\"x\": \"" + repeated("\xC3\xA4", 200) + "\", \"k\": 1, \"k\": 2, \"y\": \"" + repeated("b", 200) + "\"}";
  auto const document = text::read_json(text);
  BOOST_REQUIRE(document.duplicates.size() == 1U);
  BOOST_TEST(document.duplicates[0].snippet.size() <= 75U);
  BOOST_TEST(has(document.duplicates[0].snippet, "\"k\": 2"));
}

BOOST_AUTO_TEST_CASE(stops_at_its_limits) {
  BOOST_TEST(text::read_json(repeated("[", 64) + repeated("]", 64)).ok());
  BOOST_TEST(has(failure(text::read_json(repeated("[", 65) + repeated("]", 65))), "nested deeper than 64 levels"));
  BOOST_TEST(has(failure(text::read_json(repeated("[", 5'000'000))), "nested deeper than 64"));
  BOOST_TEST(has(failure(text::read_json("[1,2,3]", {.max_nodes = 3})), "more than 3 values"));
  BOOST_TEST(has(failure(text::read_json("[1,2,3]", {.max_bytes = 3})), "at most 3 are accepted"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(yaml_reader)

BOOST_AUTO_TEST_CASE(a_text_that_ends_too_early_is_wrong_at_its_end) {
  auto const document = text::read_yaml("a: {b: \xC3\xA4");
  BOOST_REQUIRE(document.failure.has_value());
  BOOST_TEST(document.failure->line == 1);
  BOOST_TEST(document.failure->column == 9);
}

BOOST_AUTO_TEST_CASE(takes_the_yaml_1_1_core_types) {
  BOOST_TEST(json::serialize(yaml("[yes, No, on, OFF, true, ~, null, '', \"yes\"]")) ==
             R"([true,false,true,false,true,null,null,"","yes"])");
  BOOST_TEST(json::serialize(yaml("[12, -3, 0x1F, 0b101, 017, 1_000, 1:30, 08, 1e5, '7']")) ==
             R"([12,-3,31,5,15,1000,90,"08","1e5","7"])");
  auto const floats = yaml("[1.5, -.5, 6.02e+23, 1., 1:30.5]").as_array();
  BOOST_TEST(floats[0].as_double() == 1.5);
  BOOST_TEST(floats[1].as_double() == -0.5);
  BOOST_TEST(floats[2].as_double() == 6.02e+23);
  BOOST_TEST(floats[3].as_double() == 1.0);
  BOOST_TEST(floats[4].as_double() == 90.5);
}

BOOST_AUTO_TEST_CASE(keeps_dates_as_text) {
  BOOST_TEST(json::serialize(yaml("{v: 2018-02-01, t: 2001-12-14 21:59:43.10 -5}")) ==
             R"({"v":"2018-02-01","t":"2001-12-14 21:59:43.10 -5"})");
}

BOOST_AUTO_TEST_CASE(has_keys_as_they_are_written) {
  BOOST_TEST(json::serialize(yaml("on: 1\n404: 2\n~: 3\n\"quoted\": 4")) == R"({"on":1,"404":2,"~":3,"quoted":4})");
  BOOST_TEST(has(failure(text::read_yaml("? [a]\n: 1")), "a key must be a text"));
}

BOOST_AUTO_TEST_CASE(gives_positions) {
  auto const document = text::read_yaml("a: 1\nb:\n  - c\n  - d: e\n");
  BOOST_REQUIRE(document.ok());
  BOOST_TEST(document.root.at("/b/1/d")->line == 4);
  BOOST_TEST(document.root.at("/b/1/d")->column == 8);
}

BOOST_AUTO_TEST_CASE(expands_anchors_and_merge_keys) {
  BOOST_TEST(json::serialize(yaml("x: &x [1, 2]\ny: *x")) == R"({"x":[1,2],"y":[1,2]})");
  BOOST_TEST(json::serialize(yaml("d: &d {a: 1, b: 2}\ne: {<<: *d, b: 3}")) ==
             R"({"d":{"a":1,"b":2},"e":{"a":1,"b":3}})");
  BOOST_TEST(json::serialize(yaml("e: {<<: [{a: 1}, {a: 2, c: 3}], b: 3}")) == R"({"e":{"a":1,"c":3,"b":3}})");
  BOOST_TEST(json::serialize(yaml("{'<<': 1}")) == R"({"<<":1})");
  BOOST_TEST(has(failure(text::read_yaml("{<<: 1}")), "a merge key needs a mapping"));
  BOOST_TEST(has(failure(text::read_yaml("a: *b")), "has no anchor"));
  BOOST_TEST(has(failure(text::read_yaml("a: &a [*a]")), "stands inside what it means"));
}

BOOST_AUTO_TEST_CASE(refuses_bombs_quickly) {
  std::string bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 20; ++i) {
    auto const before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before + ", ", 8) + before + "]\n";
  }
  auto const begin = std::chrono::steady_clock::now();
  BOOST_TEST(has(failure(text::read_yaml(bomb)), "anchors and aliases expand to more than"));
  std::string const large = "a: &a \"" + repeated("x", 1'000'000) + "\"\nb: [" + repeated("*a, ", 1000) + "1]";
  BOOST_TEST(has(failure(text::read_yaml(large)), "anchors and aliases expand to more than"));
  std::string merges = "m0: &m0 {" + repeated("k", 100) + ": 1}\n";
  for (int i = 1; i < 40; ++i)
    merges += "m" + std::to_string(i) + ": &m" + std::to_string(i) + " {a: *m" + std::to_string(i - 1) + ", b: *m" +
              std::to_string(i - 1) + "}\n";
  BOOST_TEST(text::read_yaml(merges).failure.has_value());
  BOOST_TEST(text::read_yaml(repeated("[", 100'000)).failure.has_value());
  BOOST_TEST(text::read_yaml(repeated("{a: ", 100'000)).failure.has_value());
  BOOST_TEST(text::read_yaml(repeated("- ", 100'000)).failure.has_value());
  // Generous for a loaded machine; unbounded expansion would take minutes and gigabytes.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(refuses_tags_of_other_languages) {
  for (auto const* text :
       {"!!python/object:os.system x", "!custom x", "a: !!binary aGk=", "!!set {a}", "!<tag:x,1:y> [1]", "!!int abc"})
    BOOST_TEST(text::read_yaml(text).failure.has_value(), text);
  BOOST_TEST(json::serialize(yaml("[!!str 12, !!int '12', !!float '1.5', ! 12]")) == R"(["12",12,1.5E0,"12"])");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_finite_number) {
  for (auto const* text : {".nan", "-.inf", "[.INF]", "1.0e+400"})
    BOOST_TEST(text::read_yaml(text).failure.has_value(), text);
  BOOST_TEST(text::read_yaml("a: " + repeated("9", 400)).failure.has_value());
  BOOST_TEST(text::read_yaml("\"\\ud800\"").failure.has_value());
}

BOOST_AUTO_TEST_CASE(names_line_and_column_of_bad_syntax) {
  auto const document = text::read_yaml("a: 1\nb: [1,\nc: 2\n");
  BOOST_REQUIRE(document.failure.has_value());
  BOOST_TEST(has(document.failure->message, "Invalid YAML in line "));
  BOOST_TEST(document.failure->line >= 2);
  BOOST_TEST(failure(text::read_yaml("a: 1\n---\nb: 2")) ==
             "Invalid YAML in line 2, column 1: a second document begins here; expected one");
  BOOST_TEST(has(failure(text::read_yaml("a: \x01")), "line 1, column 4"));
}

BOOST_AUTO_TEST_CASE(reports_duplicate_keys_like_the_json_reader) {
  auto const document = text::read_yaml("demands:\n  a: 1\n  b: 2\n  a: 3\n");
  BOOST_REQUIRE(document.duplicates.size() == 1U);
  BOOST_TEST(document.problems().front().message == "Template has a duplicate key on line 4: a: 3");
  BOOST_TEST(document.problems().front().pointer == "/demands/a");
}

BOOST_AUTO_TEST_CASE(chooses_the_reader_by_the_text) {
  BOOST_TEST(text::read_json_or_yaml("{\"a\": 1e5}").root.at("/a")->is_number());
  BOOST_TEST(text::read_json_or_yaml("{a: 1}").ok());
  BOOST_TEST(has(failure(text::read_json_or_yaml("{\"a\": 1,, }")), "Invalid JSON in line 1, column 9"));
  BOOST_TEST(has(failure(text::read_json_or_yaml("a: [")), "Invalid YAML"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(documents_for_plugins)

BOOST_AUTO_TEST_CASE(have_content_and_positions) {
  auto const document = text::parse_document("a: 1\nb: [x, y]\n");
  BOOST_REQUIRE(document.has_value());
  BOOST_TEST(json::serialize((*document)->content()) == R"({"a":1,"b":["x","y"]})");
  BOOST_TEST((*document)->position("/b/1").line == 2);
  BOOST_TEST((*document)->position("/b/1").column == 8);
  BOOST_TEST((*document)->position("/none").line == 0);
}

BOOST_AUTO_TEST_CASE(are_refused_with_line_and_column) {
  auto const document = text::parse_document("[1, 2");
  BOOST_REQUIRE(document.has_error());
  BOOST_TEST((document.error().code == sdk::Errc::invalid));
  BOOST_TEST(has(document.error().text, "line 1, column 6"));
  BOOST_TEST(has(text::parse_document("{a: 1, a: 2}").error().text, "duplicate key on line 1"));
}

BOOST_AUTO_TEST_CASE(survive_every_cut_and_every_changed_byte) {
  std::string const json_text = R"({"a": [1, 2.5e3, "x\u00e4", null, true], "b": {"c": "d"}})";
  std::string const yaml_text = "a: &x [1, yes, 2018-02-01]\nb: {<<: {c: 1}, d: *x}\ne: |\n  text\n";
  int refused = 0;
  for (auto const& whole : {json_text, yaml_text})
    for (std::size_t i = 0; i < whole.size(); ++i)
      for (char const c : {'\0', '{', '[', '"', ':', '\n', '*', '&', '\t', '\x80', '9', '-'}) {
        auto changed = whole;
        changed[i] = c;
        for (auto const& text : {whole.substr(0, i), changed}) {
          auto const document = text::read_json_or_yaml(text);
          if (document.failure) {
            ++refused;
            BOOST_REQUIRE(!document.failure->message.empty());
            BOOST_REQUIRE_GE(document.failure->line, 1);
          }
        }
      }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_SUITE_END()
