// Masking, escaping and the forms of a line (configuration specification 9).
#include "core/log/levels.hpp"
#include "core/log/limiter.hpp"
#include "core/log/line.hpp"
#include "core/log/messages.hpp"
#include "core/log/text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>

using namespace conductor;
using namespace conductor::log;

namespace {

// 2026-01-31 12:00:00.007 in UTC, which every test here uses as local time.
Line example() {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  Line line;
  line.time = std::chrono::system_clock::from_time_t(1769860800) + std::chrono::milliseconds(7);
  line.level = sdk::Level::warning;
  line.logger = "store/sqlite";
  line.message = "hello";
  line.pid = 42, line.thread = 43;
  return line;
}

std::string printed(std::string_view format, Line const& line) {
  return Pattern::compile(format).value().print(line, "%H:%M");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(masking)

// DIVERGE of section 9: secrets reach the log in the original.
BOOST_AUTO_TEST_CASE(hides_secrets_in_every_notation) {
  struct Case {
    char const *text, *expected;
  };
  for (auto const& [text, expected] : {
           Case{"Authorization: Basic YWxhZGRpbg==", "Authorization: ***"},
           Case{"authorization: Bearer abc.def.ghi, X-A: 1", "authorization: ***, X-A: 1"},
           Case{"{\"Authorization\": \"Basic YWxh\", \"a\": 1}", "{\"Authorization\": \"***\", \"a\": 1}"},
           Case{"Proxy-Authorization: Digest a=\"b\", c=d\nnext", "Proxy-Authorization: ***\nnext"},
           Case{"Set-Cookie: a=b; c=d", "Set-Cookie: ***"},
           Case{"login with password=hunter2 failed", "login with password=*** failed"},
           Case{"?user=a&password=hunter2&b=c", "?user=a&password=***&b=c"},
           Case{"\"password\": \"hunt\\\"er2\", \"b\": 1", "\"password\": \"***\", \"b\": 1"},
           Case{"\"password\":\"\"", "\"password\":\"\""},
           Case{"{'aafpass': 'x y'}", "{'aafpass': '***'}"},
           Case{"{\\\"password\\\": \\\"a b\\\"}", "{\\\"password\\\": \\\"***\\\"}"},
           Case{"X-Auth-Token: abc", "X-Auth-Token: ***"},
           Case{"version_auth_token = abc", "version_auth_token = ***"},
           Case{"\"license_key\": \"abc\"", "\"license_key\": \"***\""},
           Case{"\"pin_key\": 1234}", "\"pin_key\": ***}"},
           Case{"client_secret: 'a b'", "client_secret: '***'"},
           Case{"sent Bearer abcdefghijk to peer", "sent Bearer *** to peer"},
           Case{"GET https://me:pw@host/x", "GET https://me:***@host/x"},
           Case{"\"password\": \"unfinished", "\"password\": \"***"},
       })
    BOOST_TEST(masked(text) == expected, text << " -> " << masked(text));
}

BOOST_AUTO_TEST_CASE(leaves_ordinary_text_alone) {
  for (auto const* text :
       {"", "plan 1234: demand vG has 3 candidates", "key=plans/12", "GET http://host:80/path?a=b 200",
        "12:30:05 a: b = c", "https://host/a@b:c", "a bearer of news", "password", "password="})
    BOOST_TEST(masked(text) == text);
}

BOOST_AUTO_TEST_CASE(is_linear_in_the_length_of_hostile_text) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += i % 2 ? "::==\"\\" : "a b=://";
  BOOST_TEST(masked(text).size() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(escaping)

// DIVERGE of section 9: client-controlled text is logged unescaped in the original.
BOOST_AUTO_TEST_CASE(keeps_one_line_one_line_and_moves_no_cursor) {
  BOOST_TEST(escaped("a\nb\r\tc") == "a\\nb\\r\\tc");
  BOOST_TEST(escaped("\x1b[2J\x7f") == "\\x1b[2J\\x7f");
  BOOST_TEST(escaped(std::string_view("a\0b", 3)) == "a\\x00b");
  BOOST_TEST(escaped("Zürich \xE2\x82\xAC") == "Zürich \xE2\x82\xAC");
  BOOST_TEST(escaped("\xC2\x9B"
                     "2J") == "\\xc2\\x9b2J");  // a one-byte CSI in disguise
  BOOST_TEST(escaped("a\xE2\x80\xA8"
                     "b") ==
             "a\\xe2\\x80\\xa8"
             "b");  // a line separator
  BOOST_TEST(escaped("\xFF\xC0\xAF\xED\xA0\x80\xE2\x82") == "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xe2\\x82");
  BOOST_TEST(valid_utf8("a\n\xFF") == "a\n\\xff");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lines)

BOOST_AUTO_TEST_CASE(prints_all_names_and_a_dash_for_unknown_ones) {
  auto line = example();
  line.plan_id = "p", line.request_id = "r", line.transaction_id = "t";
  BOOST_TEST(printed("%(asctime)s.%(msecs)03d %(process)d %(thread)d %(levelname)s %(name)s %(module)s [%(request_id)s "
                     "%(plan_id)s "
                     "%(transaction_id)s] %(instance)s%(message)s",
                     line) == "12:00.007 42 43 WARNING store/sqlite sqlite [r p t] hello");
  BOOST_TEST(printed("%(user_identity)s%(funcName)s%(pathname)s%(lineno)d%(nonsense)s 100%%", line) == "----- 100%");
  BOOST_TEST(printed("<%(levelname)-9s|%(levelname)9s|%(process)06d>", line) == "<WARNING  |  WARNING|000042>");
}

BOOST_AUTO_TEST_CASE(refuses_a_format_with_a_stray_percent) {
  for (auto const* bad : {"100%", "%s", "%(name", "%(name)", "%(name)x", "% (name)s"})
    BOOST_TEST(Pattern::compile(bad).has_error(), bad);
}

// DIVERGE of section 9: lines get other plans' ids in the original, whose ids come from shared handlers.
BOOST_AUTO_TEST_CASE(chooses_the_format_by_the_context_of_the_line_itself) {
  TextFormat format;
  format.with_context = Pattern::compile("[%(request_id)s %(plan_id)s] %(message)s").value();
  format.without_context = Pattern::compile("[-] %(message)s").value();
  format.debug_suffix = Pattern::compile(" at %(lineno)s").value();
  auto line = example();
  BOOST_TEST(format.print(line) == "[-] hello");
  line.plan_id = "p\n1";
  BOOST_TEST(format.print(line) == "[- p\\n1] hello");
  line.level = sdk::Level::debug;
  BOOST_TEST(format.print(line) == "[- p\\n1] hello at -");
}

BOOST_AUTO_TEST_CASE(json_lines_hold_every_field) {
  auto line = example();
  line.message = "two\nlines \xFF";
  line.plan_id = "p";
  auto const text = json_text(line);
  BOOST_TEST(text.find('\n') == text.npos);
  auto const json = boost::json::parse(text).as_object();
  BOOST_TEST(json.at("time").as_string() == "2026-01-31T12:00:00.007Z");
  BOOST_TEST(json.at("level").as_string() == "WARNING");
  BOOST_TEST(json.at("logger").as_string() == "store/sqlite");
  BOOST_TEST(json.at("message").as_string() == "two\nlines \\xff");
  BOOST_TEST(json.at("plan_id").as_string() == "p");
  BOOST_TEST(json.at("request_id").is_null());
  BOOST_TEST(json.at("transaction_id").is_null());
  BOOST_TEST(json.at("pid").as_int64() == 42);
}

BOOST_AUTO_TEST_CASE(journal_fields_cannot_be_forged) {
  auto line = example();
  line.message = "x\nPRIORITY=0";
  line.plan_id = "p";
  BOOST_TEST(
      journal_datagram(line, "conductor-api") ==
      "MESSAGE=x\\nPRIORITY=0\nPRIORITY=4\nSYSLOG_IDENTIFIER=conductor-api\nLOGGER=store/sqlite\nPLAN_ID=p\nTID=43\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(levels)

BOOST_AUTO_TEST_CASE(the_longest_name_decides_and_the_general_level_else) {
  auto const levels = Levels::parse(true, {"store=WARN", "store/sqlite=error", "a.b=CRITICAL"}).value();
  BOOST_TEST(levels.of("api") == static_cast<int>(sdk::Level::debug));
  BOOST_TEST(levels.of("store") == static_cast<int>(sdk::Level::warning));
  BOOST_TEST(levels.of("store/etcd") == static_cast<int>(sdk::Level::warning));
  BOOST_TEST(levels.of("store/sqlite/wal") == static_cast<int>(sdk::Level::error));
  BOOST_TEST(levels.of("storehouse") == static_cast<int>(sdk::Level::debug));
  BOOST_TEST(levels.of("a.b.c") == silent);
  BOOST_TEST(Levels::parse(false, {}).value().of("api") == static_cast<int>(sdk::Level::info));
  for (auto const* bad : {"store", "=INFO", "store=LOUD"}) BOOST_TEST(Levels::parse(false, {bad}).has_error(), bad);
}

BOOST_AUTO_TEST_CASE(at_most_burst_lines_pass_per_interval) {
  using std::chrono::seconds;
  Limiter limiter;
  Limiter::Time const start{seconds(100)};
  limiter.set(seconds(10), 2, static_cast<int>(sdk::Level::error));
  BOOST_TEST(limiter.judge(1, start).pass);
  BOOST_TEST(limiter.judge(1, start).pass);
  BOOST_TEST(!limiter.judge(1, start + seconds(9)).pass);
  BOOST_TEST(!limiter.judge(2, start + seconds(9)).pass);
  BOOST_TEST(limiter.judge(3, start + seconds(9)).pass);  // errors are excepted
  auto const next = limiter.judge(1, start + seconds(10));
  BOOST_TEST(next.pass);
  BOOST_TEST(next.dropped_before == 2U);
  BOOST_TEST(limiter.judge(1, start + seconds(11)).dropped_before == 0U);
  limiter.set(seconds(0), 2, silent);
  for (int i = 0; i < 10; ++i) BOOST_TEST(limiter.judge(0, start).pass);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(messages)

BOOST_AUTO_TEST_CASE(put_values_in_order_and_advice_at_the_end) {
  BOOST_TEST(message<Message::service_running>("conductor", "api", "{}") == "conductor runs api as {}");
  BOOST_TEST(message<Message::state_path_missing>(std::string("/nowhere"))
                 .starts_with("the state path /nowhere is no directory; create it"));
  BOOST_TEST(message<Message::configuration_reloaded>(2) == "configuration reloaded, 2 options changed");
}

BOOST_AUTO_TEST_CASE(all_have_a_text_and_an_identifier_of_their_own) {
  for (auto const& one : message_texts) {
    BOOST_TEST(!one.text.empty());
    for (auto const& other : message_texts) BOOST_TEST((&one == &other || one.identifier != other.identifier));
  }
}

BOOST_AUTO_TEST_SUITE_END()
