// Which server is asked, by whom, and what its answers mean.
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_answers)

namespace {

Words const show{"plan", "show", some_id};

Words with(Words words, Words const& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

json::object refusal(std::string const& explanation) {
  return {{"title", "t"}, {"explanation", explanation}, {"code", 1}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(options_win_over_the_environment_and_that_over_the_default) {
  config::test::Folder const here;
  auto const password = here.write("password", "pass:word\nsecond line\n").string();
  Desk desk;
  desk.answer(plans_of({plan_of("done")}));
  desk.run(show);
  BOOST_TEST(desk.config.base_url == "http://127.0.0.1:8091");
  BOOST_TEST(desk.config.username == "");
  desk.environment = {{"CONDUCTOR_SERVER", "https://has.example"},
                      {"CONDUCTOR_USER", "alice"},
                      {"CONDUCTOR_PASSWORD_FILE", password},
                      {"CONDUCTOR_CA", "ca.pem"}};
  BOOST_TEST(desk.run(show).status == 0);
  BOOST_TEST(desk.config.base_url == "https://has.example");
  BOOST_TEST(desk.config.username == "alice");
  BOOST_TEST(desk.config.password == "pass:word");
  BOOST_TEST(desk.config.ca_file == "ca.pem");
  BOOST_TEST(!desk.config.insecure_skip_verify);
  BOOST_TEST(desk.prompts.empty());
  desk.run(with(show, {"--server", "other:81", "--user", "bob", "--ca", "b.pem"}));
  BOOST_TEST(desk.config.base_url == "http://other:81");
  BOOST_TEST(desk.config.username == "bob");
  BOOST_TEST(desk.config.ca_file == "b.pem");
}

BOOST_AUTO_TEST_CASE(without_a_file_the_password_is_asked_for_and_without_a_terminal_that_is_said) {
  Desk desk;
  desk.answer(plans_of({plan_of("done")}));
  desk.secrets = {"sesame"};
  BOOST_TEST(desk.run(with(show, {"--user", "bob"})).status == 0);
  BOOST_TEST(desk.config.password == "sesame");
  BOOST_TEST(desk.prompts.at(0) == "Password of bob at http://127.0.0.1:8091: ");
  auto const none = desk.run(with(show, {"--user", "bob"}));
  BOOST_TEST(none.status == exit_usage);
  BOOST_TEST(has(none.err, "--password-file"));
  auto const missing = desk.run(with(show, {"--user", "bob", "--password-file", "/nowhere/file"}));
  BOOST_TEST(missing.status == exit_failed);
  BOOST_TEST(has(missing.err, "/nowhere/file"));
  BOOST_TEST(desk.run(with(show, {"--password-file", "/nowhere/file"})).status == exit_usage);
}

BOOST_AUTO_TEST_CASE(each_refusal_has_its_exit_status_and_the_servers_text) {
  struct Case {
    int status;
    int expected;
  };
  for (auto const& [status, expected] :
       {Case{400, exit_refused}, Case{401, exit_not_permitted}, Case{403, exit_not_permitted},
        Case{404, exit_not_found}, Case{409, exit_refused}, Case{413, exit_refused}, Case{415, exit_refused},
        Case{429, exit_failed}, Case{500, exit_failed}, Case{503, exit_failed}}) {
    Desk desk;
    desk.secrets = {"x"};
    desk.answer(refusal("because of that"), status);
    auto const run = desk.run(with(show, {"--user", "bob"}));
    BOOST_TEST(run.status == expected, status);
    BOOST_TEST(has(run.err, "error: because of that"), run.err);
    BOOST_TEST(run.out.empty());
  }
}

BOOST_AUTO_TEST_CASE(who_forgot_to_say_who_asks_is_told_which_option_to_set) {
  Desk desk;
  desk.answer(refusal("Unauthorized: ..."), 401);
  auto const run = desk.run(show);
  BOOST_TEST(run.status == exit_not_permitted);
  for (auto const* word : {"--user", "CONDUCTOR_USER", "--password-file", "CONDUCTOR_PASSWORD_FILE"})
    BOOST_TEST(has(run.err, word), run.err);
}

BOOST_AUTO_TEST_CASE(no_answer_is_1_and_names_the_server_and_the_remedy) {
  Desk desk;
  desk.http.respond([](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    return sdk::Error{sdk::Errc::unavailable, "connection refused"};
  });
  auto const down = desk.run(show);
  BOOST_TEST(down.status == exit_failed);
  BOOST_TEST(has(down.err, "no answer from http://127.0.0.1:8091: connection refused"), down.err);
  BOOST_TEST(has(down.err, "--server"));
  desk.http.respond([](sdk::HttpRequest const&) -> sdk::Result<sdk::HttpReply> {
    return sdk::Error{sdk::Errc::denied, "certificate"};
  });
  auto const untrusted = desk.run(show);
  BOOST_TEST(untrusted.status == exit_failed);
  BOOST_TEST(has(untrusted.err, "--ca"), untrusted.err);
}

BOOST_AUTO_TEST_CASE(a_unix_socket_is_no_server_for_the_command_line) {
  Desk desk;
  auto const run = desk.run(with(show, {"--server", "unix:/run/conductor/api.sock"}));
  BOOST_TEST(run.status == exit_usage);
  BOOST_TEST(has(run.err, "http or https URL"), run.err);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_none_of_ours_is_no_plan) {
  for (std::string const text : {"<html>", "[]", "{}", R"({"plans": []})", R"({"plans": [1]})"}) {
    Desk desk;
    desk.http.respond([&](sdk::HttpRequest const&) { return sdk::HttpReply{200, {}, text}; });
    auto const run = desk.run(show);
    BOOST_TEST(run.status == exit_failed, text);
    BOOST_TEST(has(run.err, "is this the API of Conductor?"), run.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
