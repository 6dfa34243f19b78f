// Who comes in: the configured user, users of the file, AAF; and who has to wait (API
// specification 4.1, 4.2, 19.6, 19.8).
#include "gate_fixture.hpp"

namespace conductor::services::api::test {

BOOST_AUTO_TEST_SUITE(api_gate)

namespace {

using std::chrono::seconds;

std::string header(http::Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers)
    if (http::same_name(key, name)) return value;
  return "";
}

std::string explanation(http::Response const& response) {
  return std::string(boost::json::parse(response.body).at("explanation").as_string());
}

GateOptions without_basic_auth(bool aaf = false) {
  GateOptions options;
  options.admission.required = false;
  options.with_aaf = aaf;
  return options;
}

GateOptions with_aaf() {
  GateOptions options;
  options.with_aaf = true;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_configured_user_is_admin_and_decided_at_once) {
  Doors doors;
  auto const admission = doors.ask("GET", "/read", Doors::admin());
  BOOST_TEST(!admission.later);
  BOOST_TEST(!admission.refused);
  BOOST_TEST(admission.caller.user == "admin");
  BOOST_TEST((admission.caller.role == http::Role::admin));
}

BOOST_AUTO_TEST_CASE(a_user_of_the_file_is_verified_later_once_and_then_at_once) {
  Doors doors;
  BOOST_TEST(doors.send("GET", "/read", Doors::login("reader")).body == "the-reader");
  BOOST_TEST(doors.later);
  BOOST_TEST(doors.send("GET", "/read", Doors::login("reader")).body == "the-reader");
  BOOST_TEST(!doors.later);
  doors.host.clock().advance(std::chrono::minutes(5));
  BOOST_TEST(doors.status("GET", "/read", Doors::login("reader")) == 200);
  BOOST_TEST(doors.later);
}

BOOST_AUTO_TEST_CASE(an_unknown_user_and_a_wrong_password_look_and_cost_the_same) {
  Doors doors;
  auto const unknown = doors.send("GET", "/read", http::basic_header("nobody", "pass"));
  BOOST_TEST(doors.later);
  auto const wrong = doors.send("GET", "/read", http::basic_header("the-reader", "guess"));
  BOOST_TEST(doors.later);
  BOOST_TEST(unknown.status == 401);
  BOOST_TEST(unknown.body == wrong.body);
  BOOST_TEST(header(wrong, "WWW-Authenticate") == "Basic realm=\"conductor\", charset=\"UTF-8\"");
}

BOOST_AUTO_TEST_CASE(without_a_users_file_a_wrong_password_is_refused_at_once) {
  GateOptions options;
  options.with_users = false;
  Doors doors(options);
  BOOST_TEST(doors.status("GET", "/read", Doors::login("reader")) == 401);
  BOOST_TEST(!doors.later);
}

BOOST_AUTO_TEST_CASE(a_name_in_the_log_has_no_control_characters_and_is_cut) {
  Doors doors;
  doors.send("GET", "/read", http::basic_header("ann\r\n2030-01-01 forged\x1b[2J", "hush-hush"));
  doors.send("GET", "/read", http::basic_header(std::string(5000, 'x'), "hush-hush"));
  auto const lines = doors.host.lines();
  BOOST_REQUIRE(lines.size() == 2U);
  BOOST_TEST(lines[0].text.find_first_of("\r\n\x1b") == std::string::npos);
  BOOST_TEST(lines[0].text.find("'ann\\r\\n2030") != std::string::npos);
  BOOST_TEST(lines[1].text.size() < 200U);
  BOOST_TEST(doors.log_text().find("hush-hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(ten_failures_of_an_address_in_a_minute_are_followed_by_429) {
  Doors doors;
  for (int guess = 0; guess < 10; ++guess)
    BOOST_TEST(doors.status("GET", "/read", http::basic_header("admin", std::to_string(guess))) == 401);
  auto const stopped = doors.send("GET", "/read", http::basic_header("admin", "10"));
  BOOST_TEST(stopped.status == 429);
  BOOST_TEST(header(stopped, "Retry-After") == "60");
  BOOST_TEST(!doors.later);
  // A guess that hits is not told either.
  BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 429);
  BOOST_TEST(doors.status("GET", "/read", Doors::admin(), "192.0.2.8") == 200);
  BOOST_TEST(doors.status("GET", "/") == 200);
  BOOST_TEST(doors.log_text().find("10 failed logins from 192.0.2.7 within a minute") != std::string::npos);
  auto const lines = doors.host.lines().size();
  doors.send("GET", "/read", http::basic_header("admin", "11"));
  BOOST_TEST(doors.host.lines().size() == lines);
  doors.host.clock().advance(seconds(60));
  BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
}

BOOST_AUTO_TEST_CASE(missing_and_unreadable_credentials_are_no_failures) {
  Doors doors;
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(doors.status("GET", "/read") == 401);
    BOOST_TEST(doors.status("GET", "/read", "Basic !!!") == 401);
  }
  BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
}

BOOST_AUTO_TEST_CASE(guesses_sent_side_by_side_are_not_computed_beyond_the_limit) {
  Doors doors;
  std::vector<http::Admission> guesses;
  for (int guess = 0; guess < 12; ++guess)
    guesses.push_back(doors.ask("GET", "/read", http::basic_header("the-admin", std::to_string(guess))));
  std::vector<int> statuses;
  for (auto& guess : guesses) statuses.push_back(guess.later().refused->status);
  BOOST_TEST(std::ranges::count(statuses, 401) == 10);
  BOOST_TEST(std::ranges::count(statuses, 429) == 2);
}

BOOST_AUTO_TEST_CASE(a_login_that_waited_too_long_for_its_turn_is_503) {
  Doors doors;
  auto late = doors.ask("GET", "/read", Doors::login("reader"));
  doors.host.clock().advance(Users::longest_wait + seconds(1));
  auto const refused = late.later().refused;
  BOOST_REQUIRE(refused);
  BOOST_TEST(refused->status == 503);
  BOOST_TEST(header(*refused, "Retry-After") == "1");
}

BOOST_AUTO_TEST_CASE(a_user_who_asks_too_often_is_429_until_the_next_second) {
  GateOptions options;
  options.admission.max_requests_per_user = 2;
  Doors doors(options);
  BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
  BOOST_TEST(doors.status("GET", "/read", Doors::admin(), "192.0.2.8") == 200);
  auto const stopped = doors.send("GET", "/read", Doors::admin(), "192.0.2.9");
  BOOST_TEST(stopped.status == 429);
  BOOST_TEST(header(stopped, "Retry-After") == "1");
  BOOST_TEST(doors.status("GET", "/read", Doors::login("reader")) == 200);
  BOOST_TEST(doors.status("GET", "/") == 200);
  doors.host.clock().advance(seconds(1));
  BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
}

BOOST_AUTO_TEST_CASE(without_basic_auth_everybody_is_admin_but_what_operators_do_needs_a_login) {
  Doors doors(without_basic_auth());
  BOOST_TEST(doors.status("GET", "/read") == 200);
  BOOST_TEST(doors.status("POST", "/write") == 200);
  BOOST_TEST(doors.status("POST", "/operate") == 401);
  BOOST_TEST(doors.status("POST", "/operate", Doors::login("reader")) == 200);
  BOOST_TEST((doors.ask("GET", "/read", "").caller.role == http::Role::admin));
}

BOOST_AUTO_TEST_CASE(with_aaf_a_login_is_needed_and_then_the_permission) {
  for (auto const& options : {with_aaf(), without_basic_auth(true)}) {
    Doors doors(options);
    BOOST_TEST(doors.status("GET", "/read") == 401);
    BOOST_TEST(doors.status("GET", "/read", http::basic_header("admin", "wrong")) == 401);
    BOOST_TEST(doors.host.fake_http().requests().empty());
    BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
    BOOST_TEST(doors.later);
    BOOST_TEST(doors.status("GET", "/read", Doors::admin()) == 200);
    BOOST_TEST(!doors.later);
    BOOST_TEST(doors.status("GET", "/read", Doors::login("reader")) == 200);
    BOOST_TEST(doors.host.fake_http().requests().size() == 1U);
    BOOST_TEST(doors.status("GET", "/") == 200);
  }
}

BOOST_AUTO_TEST_CASE(who_is_authenticated_but_not_permitted_by_aaf_gets_403) {
  for (auto const* answer : {"{}", R"({"perm": [{"type": "x", "instance": "i", "action": "a"}]})", "nonsense", ""}) {
    Doors doors(with_aaf());
    doors.aaf_answer = answer;
    for (auto const& login : {Doors::admin(), Doors::login("admin"), Doors::admin()}) {
      auto const refused = doors.send("GET", "/read", login);
      BOOST_TEST(refused.status == 403, answer);
      BOOST_TEST(header(refused, "WWW-Authenticate").empty());
      BOOST_TEST(explanation(refused).find("AAF") != std::string::npos);
    }
    BOOST_TEST(doors.host.fake_http().requests().size() == 1U);
    BOOST_TEST(doors.status("GET", "/") == 200);
  }
}

BOOST_AUTO_TEST_CASE(aaf_gives_no_role) {
  Doors doors(with_aaf());
  BOOST_TEST(doors.status("POST", "/write", Doors::login("reader")) == 403);
  BOOST_TEST(doors.status("POST", "/write", Doors::login("submitter")) == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::services::api::test
