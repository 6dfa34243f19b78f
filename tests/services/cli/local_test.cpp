// Commands that need no server: templates, places, users.
#include "services/cli/local_commands.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

namespace {

constexpr char good[] =
    "homing_template_version: 2018-02-01\n"
    "demands:\n"
    "  fw:\n"
    "  - inventory_provider: file\n"
    "    inventory_type: cloud\n";

constexpr char faulty[] =
    "homing_template_version: 2018-02-01\n"
    "demands:\n"
    "  fw:\n"
    "  - inventory_provider: file\n"
    "    inventory_type: cloud\n"
    "constraints:\n"
    "  near: {type: zone, demands: [fv], properties: {qualifier: same, category: region}}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_template)

BOOST_AUTO_TEST_CASE(templates_are_checked_here_when_no_server_is_named) {
  config::test::Folder const here;
  Desk desk;
  auto const fine = desk.run({"template", "validate", here.write("t.yaml", good).string(), "-o", "table"});
  BOOST_TEST(fine.status == 0, fine.out + fine.err);
  BOOST_TEST(has(fine.out, "t.yaml: valid"), fine.out);
  auto const file = here.write("f.yaml", faulty).string();
  auto const bad = desk.run({"template", "validate", file, "-o", "table"});
  BOOST_TEST(bad.status == exit_refused);
  BOOST_TEST(has(bad.out, file + ":7:"), bad.out);
  BOOST_TEST(has(bad.out, ": error: "), bad.out);
  BOOST_TEST(has(bad.out, "fv"), bad.out);
  BOOST_TEST(has(bad.out, ": 1 error\n"), bad.out);
  auto const document = json::parse(desk.run({"template", "validate", file}).out);
  BOOST_TEST(!document.at("valid").as_bool());
  BOOST_TEST(document.at("errors").at(0).at("line").as_int64() == 7);
  BOOST_TEST(desk.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(text_that_is_no_yaml_is_told_with_its_place) {
  config::test::Folder const here;
  Desk desk;
  auto const file = here.write("t.yaml", "a: [1,\nb: }\n").string();
  auto const run = desk.run({"template", "validate", file, "-o", "table", "--resolve"});
  BOOST_TEST(run.status == exit_refused);
  BOOST_TEST(has(run.out, file + ":2:"), run.out);
  BOOST_TEST(desk.http.requests().empty());
}

BOOST_AUTO_TEST_CASE(a_named_server_or_resolve_lets_the_server_check) {
  config::test::Folder const here;
  auto const file = here.write("t.yaml", good).string();
  json::object const answer{
      {"valid", false},
      {"errors", {{{"path", "/demands/fw"}, {"message", "Unable to find any"}, {"suggestion", "x"}}}},
      {"warnings", json::array()}};
  for (auto const& [more, environment, target] :
       {std::tuple{Words{"--resolve"}, "", "/v1/templates/validate?resolve=true"},
        std::tuple{Words{"--server", "http://h"}, "", "/v1/templates/validate"},
        std::tuple{Words{}, "http://h", "/v1/templates/validate"}}) {
    Desk desk;
    desk.answer(answer);
    desk.environment["CONDUCTOR_SERVER"] = environment;
    Words words{"template", "validate", file, "-o", "table"};
    words.insert(words.end(), more.begin(), more.end());
    auto const run = desk.run(words);
    BOOST_TEST(run.status == exit_refused);
    BOOST_REQUIRE(desk.http.requests().size() == 1U);
    BOOST_TEST(desk.request().target == target);
    BOOST_TEST(desk.body().at("template").as_string() == good);
    BOOST_TEST(has(run.out, file + ":4:3: error: Unable to find any\n"), run.out);
    BOOST_TEST(has(run.out, "    did you mean: x\n"), run.out);
  }
}

BOOST_AUTO_TEST_CASE(the_schema_of_templates_is_printed_as_json) {
  Desk desk;
  desk.out_terminal = true;
  auto const run = desk.run({"template", "schema"});
  BOOST_TEST(run.status == 0);
  BOOST_TEST(json::parse(run.out).at("properties").as_object().contains("demands"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_location)

BOOST_AUTO_TEST_CASE(places_are_found_with_coordinates_to_paste) {
  Desk desk;
  auto const run = desk.run({"location", "find", "stockholm", "-o", "table"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(has(run.out, "Stockholm"), run.out);
  BOOST_TEST(has(run.out, ", country: SWE}"), run.out);
  auto const rows = json::parse(desk.run({"location", "find", "stockholm", "--limit", "1"}).out).as_array();
  BOOST_REQUIRE(rows.size() == 1U);
  BOOST_TEST(rows[0].at("latitude").to_number<double>() == 59.3, boost::test_tools::tolerance(0.01));
  BOOST_TEST(rows[0].at("country").as_string() == "SWE");
}

BOOST_AUTO_TEST_CASE(a_list_of_ones_own_may_be_named_and_words_need_no_quotes) {
  config::test::Folder const here;
  auto const file =
      here.write("g.csv",
                 "country,administrative_area,locality,postal_code,latitude,longitude\nFRA,Gers,Small Town,,43.5,0.5\n")
          .string();
  Desk desk;
  auto const run = desk.run({"location", "find", "small", "town", "--gazetteer", file, "-o", "table"});
  BOOST_TEST(run.status == 0, run.err);
  BOOST_TEST(has(run.out, "{latitude: 43.5, longitude: 0.5, country: FRA}"), run.out);
  BOOST_TEST(desk.run({"location", "find", "large", "town", "--gazetteer", file, "-o", "table"}).status ==
             exit_not_found);
  BOOST_TEST(desk.run({"location", "find", "x", "--gazetteer", "/nowhere.csv"}).status == exit_failed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_user)

BOOST_AUTO_TEST_CASE(users_are_set_listed_and_deleted) {
  config::test::Folder const here;
  auto const file = (here.path() / "users").string();
  Desk desk;
  desk.input = "sesame open\n";
  auto const added = desk.run({"user", "set", "alice", "--role", "reader", "--users-file", file});
  BOOST_TEST(added.status == 0, added.err);
  BOOST_TEST(has(added.out, "user alice is new in "), added.out);
  desk.in_terminal = true;
  desk.secrets = {"other", "other"};
  auto const changed = desk.run({"user", "set", "alice", "--role", "operator", "--users-file", file});
  BOOST_TEST(has(changed.out, "user alice is changed in "), changed.out + changed.err);
  BOOST_TEST(desk.prompts.size() == 2U);
  BOOST_TEST(desk.run({"user", "list", "--users-file", file, "-o", "table"}).out == "NAME   ROLE\nalice  operator\n");
  BOOST_TEST(json::parse(desk.run({"user", "list", "--users-file", file}).out).at(0).at("role").as_string() ==
             "operator");
  BOOST_TEST(desk.run({"user", "delete", "alice", "--users-file", file}).status == 0);
  BOOST_TEST(desk.run({"user", "delete", "alice", "--users-file", file}).status == exit_failed);
}

BOOST_AUTO_TEST_CASE(passwords_that_differ_or_are_empty_change_nothing) {
  config::test::Folder const here;
  auto const file = (here.path() / "users").string();
  Desk desk;
  desk.in_terminal = true;
  desk.secrets = {"one", "two"};
  auto const differ = desk.run({"user", "set", "alice", "--role", "reader", "--users-file", file});
  BOOST_TEST(differ.status == exit_failed);
  BOOST_TEST(has(differ.err, "differ"));
  desk.in_terminal = false;
  desk.input = "\n";
  BOOST_TEST(desk.run({"user", "set", "alice", "--role", "reader", "--users-file", file}).status == exit_failed);
  desk.input = "";
  BOOST_TEST(desk.run({"user", "set", "alice", "--role", "reader", "--users-file", file}).status == exit_usage);
  BOOST_TEST(desk.run({"user", "set", "a:b", "--role", "reader", "--users-file", file}).status == exit_usage);
  BOOST_TEST(desk.run({"user", "set", "alice", "--role", "root", "--users-file", file}).status == exit_usage);
  BOOST_TEST(desk.run({"user", "set", "alice", "--users-file", file}).status == exit_usage);
  BOOST_TEST(!std::filesystem::exists(file));
}

BOOST_AUTO_TEST_CASE(without_the_option_the_configured_file_is_meant) {
  static std::vector<kernel::Role> const roles{{.name = "api",
                                                .summary = "",
                                                .plugin_kinds = {},
                                                .declare =
                                                    [](config::Catalogue& catalogue) {
                                                      sdk::Schema s("api");
                                                      s.path("users_file", "Users.").default_to("");
                                                      catalogue.add(s);
                                                    },
                                                .make = nullptr}};
  config::test::Folder const here;
  auto const users = here.write("users", "").string();
  std::filesystem::permissions(users, std::filesystem::perms(0600));
  auto const configured =
      here.write("c.conf", "[api]\nusers_file = users\n[inventory_provider]\nextensions =\n").string();
  auto const bare = here.write("d.conf", "[inventory_provider]\nextensions =\n").string();
  Desk desk;
  desk.input = "sesame\n";
  auto const table = user_commands(roles);
  auto const set = desk.run(table, {"user", "set", "bob", "--role", "admin", "--config-file", configured});
  BOOST_TEST(set.status == 0, set.err);
  BOOST_TEST(has(set.out, users), set.out);
  auto const none = desk.run(table, {"user", "list", "--config-file", bare});
  BOOST_TEST(none.status == exit_usage);
  BOOST_TEST(has(none.err, "--users-file"), none.err);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
