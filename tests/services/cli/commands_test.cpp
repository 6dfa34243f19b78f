// How commands print, and what `conductor config` and `conductor plugin` answer and exit with.
#include "services/cli/operator_commands.hpp"
#include "services/cli/output.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace conductor::cli::test {

namespace {

void declare_solver(config::Catalogue& catalogue) {
  sdk::Schema s("solver");
  s.text("strategy", "Which strategy searches.").default_to("");
  s.list("extensions", "Further strategies.").default_to("");
  s.secret("token", "A secret.").default_to("");
  s.integer("timeout", "Seconds.").default_to(600).at_least(1);
  catalogue.add(s);
}

std::vector<kernel::Role> const& one_role() {
  static std::vector<kernel::Role> const all{
      {.name = "solver", .summary = "", .plugin_kinds = {"solver"}, .declare = declare_solver, .make = nullptr}};
  return all;
}

Run run(std::string const& group, Words words) {
  auto table = config_commands(one_role());
  for (auto& command : plugin_commands(one_role())) table.push_back(std::move(command));
  words.insert(words.begin(), group);
  Desk desk;
  return desk.run(table, words);
}

// A configuration that needs no plugin but an empty directory to look in.
struct Configured {
  config::test::Folder folder;
  std::string file;
  explicit Configured(std::string const& more = "") {
    std::filesystem::create_directories(folder.path() / "plugins" / "store");
    file = folder.write("conductor.conf", "[plugins]\npath = plugins\n[inventory_provider]\nextensions =\n" + more);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_output)

BOOST_AUTO_TEST_CASE(a_table_aligns_columns_by_characters) {
  std::ostringstream out;
  print_table(out, {"NAME", "N"}, {{"Z\xC3\xBCrich", "1"}, {"a", "22"}});
  BOOST_TEST(out.str() == "NAME    N\nZ\xC3\xBCrich  1\na       22\n");
}

BOOST_AUTO_TEST_CASE(lines_of_a_table_end_with_their_last_text) {
  std::ostringstream out;
  print_table(out, {"A", "B"}, {{"long", ""}, {"x", "y"}});
  BOOST_TEST(out.str() == "A     B\nlong\nx     y\n");
}

BOOST_AUTO_TEST_CASE(json_is_indented_by_two) {
  std::ostringstream out;
  print_json(out, json::object{{"a", json::array{1, json::object{{"b", "x\"y"}}}},
                               {"c", json::object()},
                               {"d", json::array()},
                               {"e", nullptr}});
  BOOST_TEST(out.str() ==
             "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\\"y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": [],\n  "
             "\"e\": null\n}\n");
  BOOST_TEST(json::parse(out.str()).at("a").at(0).as_int64() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_commands)

BOOST_AUTO_TEST_CASE(usage_errors_exit_with_2_and_help_with_0) {
  for (std::string const group : {"config", "plugin"}) {
    for (Words const& words :
         {Words{}, {"no-such"}, {"list", "extra"}, {"info"}, {"show", "x"}, {"check", "-o", "xml"}}) {
      auto const result = run(group, words);
      BOOST_TEST(result.status == 2);
      BOOST_TEST(has(result.err, "usage: conductor "));
      BOOST_TEST(result.out.empty());
    }
    auto const help = run(group, {"--help"});
    BOOST_TEST(help.status == 0);
    BOOST_TEST(has(help.out, "usage: conductor "));
  }
}

BOOST_AUTO_TEST_CASE(show_prints_effective_values_without_secrets) {
  Configured const here("[solver]\ntoken = open-sesame\ntimeout = 7\n[DEFAULT]\ndebug = true\n");
  auto const result = run("config", {"show", "--config-file", here.file, "-o", "json"});
  BOOST_TEST(result.status == 0, result.err);
  auto const shown = json::parse(result.out);
  BOOST_TEST(shown.at("solver").at("timeout").at("value").as_int64() == 7);
  BOOST_TEST(shown.at("solver").at("token").at("value").as_string() == "***");
  BOOST_TEST(shown.at("DEFAULT").at("debug").at("value").as_bool());
  BOOST_TEST(!has(result.out, "open-sesame"));
  auto const table = run("config", {"show", "--given", "--config-file", here.file, "-o", "table"});
  BOOST_TEST(has(table.out, "timeout"));
  BOOST_TEST(!has(table.out, "open-sesame"));
  BOOST_TEST(!has(table.out, "lease_ttl"));
}

BOOST_AUTO_TEST_CASE(check_tells_every_problem_with_its_place_and_exits_with_1) {
  Configured const good, bad("[solver]\ntimeout = 0\n[DEFAULT]\nlease_ttl = x\n");
  BOOST_TEST(run("config", {"check", "--config-file", good.file}).status == 0);
  auto const result = run("config", {"check", "--config-file", bad.file});
  BOOST_TEST(result.status == 1);
  auto const text = result.out + result.err;
  BOOST_TEST(has(text, "conductor.conf:6: [solver] timeout"), text);
  BOOST_TEST(has(text, "conductor.conf:8: [DEFAULT] lease_ttl"), text);
}

BOOST_AUTO_TEST_CASE(the_sample_has_every_option_of_core_logging_and_roles_once) {
  Configured const here;
  auto const result = run("config", {"sample", "--config-file", here.file});
  BOOST_TEST(result.status == 0, result.err);
  for (std::string const line : {"#use_json = false", "#lease_ttl = 30", "#timeout = 600", "# From oslo.log"}) {
    auto const first = result.out.find("\n" + line + "\n");
    BOOST_TEST(first != std::string::npos, line);
    if (line != "#timeout = 600")  // an option of that name is in other sections too
      BOOST_TEST(result.out.find("\n" + line + "\n", first + 1) == std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(plugins_that_would_be_refused_are_listed_with_the_reason) {
  Configured const here("[db_options]\ndb_backend = broken\n");
  here.folder.write("plugins/store/broken.so", "this is no library");
  auto const result = run("plugin", {"list", "--config-file", here.file, "-o", "json"});
  BOOST_TEST(result.status == 0, result.err);
  auto const all = json::parse(result.out).as_array();
  BOOST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].at("kind").as_string() == "store");
  BOOST_TEST(all[0].at("name").as_string() == "broken");
  BOOST_TEST(all[0].at("loaded_by").as_string() == "[db_options] db_backend");
  BOOST_TEST(!all[0].at("problem").as_string().empty());
  auto const info = run("plugin", {"info", "store/broken", "--config-file", here.file});
  BOOST_TEST(info.status == 1);
  auto const none = run("plugin", {"info", "nothing", "--config-file", here.file});
  BOOST_TEST(none.status == 1);
  BOOST_TEST(has(none.err, "no plugin 'nothing' in the plugin path"));
  auto const check = run("plugin", {"check", (here.folder.path() / "plugins/store/broken.so").string()});
  BOOST_TEST(check.status == 1);
  BOOST_TEST(has(check.err, "refused: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
