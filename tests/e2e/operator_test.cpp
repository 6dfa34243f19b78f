// What an operator types: help, plugin and config commands, starts that are refused, reload.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <fstream>

namespace conductor::e2e {
namespace {

using namespace std::chrono_literals;

bool has(Finished const& finished, std::string const& text) {
  BOOST_TEST_INFO(finished.output);
  return finished.output.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operator_test)

BOOST_AUTO_TEST_CASE(each_program_explains_itself) {
  for (auto const* name : {"conductor-controller", "conductor-data", "conductor-solver", "conductor-reservation"}) {
    auto const help = run({program(name), "--help"});
    BOOST_TEST(help.status == 0);
    BOOST_TEST(has(help, "--config-file"));
  }
  BOOST_TEST(has(run({program("conductor-api"), "--", "--help"}), "--config-file"));
  BOOST_TEST(has(run({program("conductor-api"), "--help"}), "--port"));
  BOOST_TEST(has(run({program("conductor"), "--help"}), "plugin"));
  auto const wrong = run({program("conductor-api"), "--config-file=/nowhere"});
  BOOST_TEST(wrong.status == 2);
  BOOST_TEST(has(wrong, "unrecognized arguments"));
  BOOST_TEST(run({program("conductor"), "dance"}).status == 2);
}

BOOST_AUTO_TEST_CASE(plugins_are_listed_described_and_checked) {
  Installation const installation;
  auto const list =
      run({program("conductor"), "plugin", "list", "--config-file", installation.configuration(), "-o", "json"});
  BOOST_REQUIRE(list.status == 0);
  std::map<std::string, json::value> by_name;
  auto const listed = json::parse(list.output);
  for (auto const& item : listed.as_array())
    by_name[std::string(item.at("kind").as_string()) + "/" + std::string(item.at("name").as_string())] =
        item.at("loaded_by");
  BOOST_TEST(by_name.at("store/sqlite").as_string() == "[db_options] db_backend");
  BOOST_TEST(by_name.at("solver/optimal").as_string() == "[solver] strategy");
  BOOST_TEST(by_name.at("inventory/file").as_string() == "[inventory_provider] extensions");
  BOOST_TEST(by_name.at("store/memory").is_null());
  auto const info = run({program("conductor"), "plugin", "info", "sqlite"});
  BOOST_TEST(info.status == 0);
  BOOST_TEST(has(info, "atomic_multi"));
  auto const good = run({program("conductor"), "plugin", "check",
                         (build_directory() / "lib/conductor/plugins/inventory/file.so").string()});
  BOOST_TEST(good.status == 0);
  auto const bad = run(
      {program("conductor"), "plugin", "check", (build_directory() / "tests/zoo/inventory/other_boost.so").string()});
  BOOST_TEST(bad.status == 1);
  BOOST_TEST(has(bad, "rebuild it against this host's SDK"));
}

BOOST_AUTO_TEST_CASE(the_sample_that_is_checked_in_is_the_one_that_the_options_make) {
  auto const made = run({program("conductor"), "config", "sample"});
  BOOST_REQUIRE(made.status == 0);
  BOOST_TEST(made.output == read_file(source_directory() / "etc" / "conductor.conf.sample"),
             "write it anew with: conductor config sample --output-file etc/conductor.conf.sample");
}

BOOST_AUTO_TEST_CASE(the_sample_used_as_it_is_equals_an_empty_file) {
  Scratch const scratch;
  auto const sample = scratch.write("sample.conf", read_file(source_directory() / "etc" / "conductor.conf.sample"));
  auto const empty = scratch.write("empty.conf", "");
  auto show = [](std::string const& file) {
    auto const shown = run({program("conductor"), "config", "show", "-o", "json", "--config-file", file});
    BOOST_REQUIRE(shown.status == 0);
    return shown.output;
  };
  BOOST_TEST(show(sample) == show(empty));
  BOOST_TEST(run({program("conductor"), "config", "check", "--config-file", sample}).status == 0);
}

BOOST_AUTO_TEST_CASE(every_bad_option_is_reported_with_file_and_line) {
  Scratch const scratch;
  auto const file = scratch.write("bad.conf", "[solver]\nworkers = 0\n[api]\nbind_port = many\n");
  auto const checked = run({program("conductor"), "config", "check", "--config-file", file});
  BOOST_TEST(checked.status == 1);
  BOOST_TEST(has(checked, file.string() + ":2"));
  BOOST_TEST(has(checked, file.string() + ":4"));
  // So are options that are good one by one but not together.
  auto const together = scratch.write("together.conf", "[solver]\nsolver_timeout = 10\ntimeout = 5\n");
  auto const refused = run({program("conductor"), "config", "check", "--config-file", together});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(has(refused, together.string() + ":3: [solver] timeout: is 5, which must exceed solver_timeout, 10"));
}

BOOST_AUTO_TEST_CASE(secrets_are_masked) {
  Installation const installation;
  auto const shown = run({program("conductor"), "config", "show", "--config-file", installation.configuration()});
  BOOST_TEST(shown.status == 0);
  BOOST_TEST(!has(shown, "pass:word"));
}

BOOST_AUTO_TEST_CASE(starts_that_cannot_work_are_refused_with_one_clear_message) {
  struct Case {
    char const* lines;
    char const* words;
  };
  for (auto const& [lines, words] :
       {Case{"[db_options]\ndb_backend = filing_cabinet\n", "no store plugin 'filing_cabinet'"},
        Case{"[solver]\nstrategy = guess\n", "no solver plugin 'guess'"},
        Case{"[file]\npath = /nowhere.yaml\n", "cannot read /nowhere.yaml"},
        Case{"[solver]\ntimeout = 5\nsolver_timeout = 10\n", "must exceed solver_timeout"},
        Case{"[api]\nbind_host = 0.0.0.0\n", "is not a loopback address"}}) {
    Installation const installation(lines);
    auto const started =
        run({program("conductor"), "run", "--port", "0", "--config-file", installation.configuration()});
    BOOST_TEST_CONTEXT(lines) {
      BOOST_TEST(started.status == 1);
      BOOST_TEST(has(started, words));
    }
  }
}

BOOST_AUTO_TEST_CASE(debug_takes_effect_on_hup_without_a_restart) {
  Installation installation;
  auto& process = installation.start();
  installation.wait_ready();
  BOOST_TEST(process.output().find(" DEBUG ") == std::string::npos);
  std::ofstream(installation.configuration(), std::ios::app) << "[DEFAULT]\ndebug = true\n[solver]\nworkers = 2\n";
  process.signal(SIGHUP);
  BOOST_TEST(process.wait_for_output("configuration reloaded", 5s));
  BOOST_TEST(process.output().find("option [solver] workers changed, restart required") != std::string::npos);
  Client client(installation.url());
  client.wait_final(client.submit({{"template", sample_template()}}));
  BOOST_TEST(process.wait_for_output(" DEBUG ", 5s));
  // A bad file changes nothing.
  std::ofstream(installation.configuration(), std::ios::app) << "[DEFAULT]\ndebug = perhaps\n";
  process.signal(SIGHUP);
  BOOST_TEST(process.wait_for_output("configuration not reloaded, the old values stay", 5s));
  installation.stop();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
