// Command lines as operators type them (configuration specification 5). Files are not read, roles not started.
#include "services/cli/arguments.hpp"

#include "services/cli/exit_code.hpp"
#include "services/cli/operator_commands.hpp"
#include "services/cli/version.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

namespace {

using Words = std::vector<std::string>;

// The five roles by name; what they do is no matter here.
std::vector<kernel::Role> const& roles() {
  static std::vector<kernel::Role> const all = [] {
    std::vector<kernel::Role> made;
    for (auto const* name : {"api", "controller", "data", "solver", "reservation"})
      made.push_back({.name = name, .summary = "a role", .plugin_kinds = {}, .declare = nullptr, .make = nullptr});
    return made;
  }();
  return all;
}

kernel::Role const* role(std::string const& name) {
  for (auto const& each : roles())
    if (each.name == name) return &each;
  throw std::invalid_argument(name);
}

Parsed api(Words const& words) { return parse_run(roles(), role("api"), "conductor-api", words); }
Parsed solver(Words const& words) { return parse_run(roles(), role("solver"), "conductor-solver", words); }
Parsed all(Words const& words) { return parse_run(roles(), nullptr, "conductor run", words); }

std::string override_of(Parsed const& parsed, std::string const& name) {
  auto const& overrides = parsed.launch.value().sources.overrides;
  auto const found = overrides.find(name);
  return found == overrides.end() ? "<none>" : found->second;
}

using conductor::tests::has;

void is_usage_error(Parsed const& parsed, std::string const& part) {
  BOOST_TEST(!parsed.launch);
  BOOST_TEST(parsed.status == 2);
  BOOST_TEST(has(parsed.text, "usage: conductor"));
  BOOST_TEST(has(parsed.text, part), "'" << part << "' is not in: " << parsed.text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_api)

BOOST_AUTO_TEST_CASE(it_starts_as_the_notes_do) {
  auto const parsed = api({"--port=8091", "--", "--config-file=/etc/conductor/conductor.conf"});
  BOOST_TEST(parsed.status == 0);
  BOOST_REQUIRE(parsed.launch.has_value());
  BOOST_TEST(override_of(parsed, "api.bind_port") == "8091");
  BOOST_TEST(override_of(parsed, "api.bind_host") == "<none>");
  BOOST_REQUIRE(parsed.launch->sources.files.size() == 1U);
  BOOST_TEST(parsed.launch->sources.files[0] == "/etc/conductor/conductor.conf");
  BOOST_REQUIRE(parsed.launch->roles.size() == 1U);
  BOOST_TEST(parsed.launch->roles[0]->name == "api");
  BOOST_TEST(parsed.launch->program == "conductor-api");
}

BOOST_AUTO_TEST_CASE(it_listens_on_several_addresses) {
  auto const parsed = api({"--listen", "unix:/run/conductor/api.sock", "--listen=127.0.0.1:8091"});
  BOOST_TEST(override_of(parsed, "api.listen") == "unix:/run/conductor/api.sock,127.0.0.1:8091");
  BOOST_TEST(override_of(all({"--listen", "[::1]:0"}), "api.listen") == "[::1]:0");
  is_usage_error(api({"--listen=127.0.0.1:1", "--port=2"}), "--listen stands for host and port");
}

BOOST_AUTO_TEST_CASE(a_port_on_the_command_line_wins_over_addresses_in_the_file) {
  BOOST_TEST(override_of(api({"--port=1"}), "api.listen") == "");
  BOOST_TEST(override_of(api({"--host=::1"}), "api.listen") == "");
  BOOST_TEST(override_of(api({}), "api.listen") == "<none>");
}

BOOST_AUTO_TEST_CASE(each_role_has_its_metrics_port) {
  BOOST_TEST(api({}).launch->metrics_entry == 4U);
  BOOST_TEST(solver({}).launch->metrics_entry == 1U);
  BOOST_TEST(all({"--roles", "api"}).launch->metrics_entry == 0U);
}

BOOST_AUTO_TEST_CASE(address_options_have_short_forms_and_values_of_their_own) {
  auto const parsed = api({"-p", "8080", "-b", "0.0.0.0", "--", "--config-file", "a"});
  BOOST_TEST(override_of(parsed, "api.bind_port") == "8080");
  BOOST_TEST(override_of(parsed, "api.bind_host") == "0.0.0.0");
  BOOST_TEST(override_of(api({"--host", "::1", "--port", "0"}), "api.bind_host") == "::1");
  BOOST_TEST(override_of(api({"-p8080"}), "api.bind_port") == "8080");
  BOOST_TEST(api({}).launch.has_value());
  BOOST_TEST(api({"--"}).launch.has_value());
}

BOOST_AUTO_TEST_CASE(service_options_without_the_separator_are_unrecognized) {
  is_usage_error(api({"--port=8091", "--config-file=/etc/c.conf"}), "unrecognized arguments: --config-file");
  is_usage_error(api({"--debug"}), "unrecognized arguments: --debug");
  is_usage_error(api({"something"}), "unrecognized arguments: something");
  is_usage_error(api({"--port=8091", "--config-file=a"}), "options of the service stand after --");
}

BOOST_AUTO_TEST_CASE(a_mistyped_option_gets_a_hint) {
  is_usage_error(all({"--rolse", "api"}), "unrecognized arguments: --rolse; did you mean --roles?");
  is_usage_error(solver({"--confg-file=x"}), "did you mean --config-file?");
  BOOST_TEST(!has(api({"--debug"}).text, "did you mean"));
}

BOOST_AUTO_TEST_CASE(address_options_behind_the_separator_are_unrecognized) {
  is_usage_error(api({"--", "--port=8091"}), "unrecognized arguments: --port");
}

BOOST_AUTO_TEST_CASE(launcher_and_service_have_a_help_each) {
  auto const launcher = api({"--help"});
  BOOST_TEST(launcher.status == 0);
  BOOST_TEST(!launcher.launch);
  BOOST_TEST(has(launcher.text, "usage: conductor-api [-h] [--port PORT] [--host IP] -- [options of the service]"));
  BOOST_TEST(has(launcher.text, "--port"));
  auto const service = api({"--", "-h"});
  BOOST_TEST(service.status == 0);
  BOOST_TEST(has(service.text, "--config-file"));
  BOOST_TEST(!has(service.text, "TCP port"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_services)

BOOST_AUTO_TEST_CASE(files_and_directories_may_be_repeated_and_keep_their_order) {
  auto const parsed =
      solver({"--config-file", "a", "--config-file=b", "--config-dir=d", "--config-dir", "e", "--config-file", "c"});
  BOOST_REQUIRE(parsed.launch.has_value());
  auto const& sources = parsed.launch->sources;
  BOOST_TEST((sources.files == std::vector<std::filesystem::path>{"a", "b", "c"}));
  BOOST_TEST((sources.directories == std::vector<std::filesystem::path>{"d", "e"}));
  BOOST_TEST(sources.program == "conductor-solver");
}

BOOST_AUTO_TEST_CASE(switches_have_a_form_that_begins_with_no) {
  for (auto const& [name, option] : {std::pair{"debug", "debug"}, std::pair{"watch-log-file", "watch_log_file"},
                                     std::pair{"use-syslog", "use_syslog"}, std::pair{"use-journal", "use_journal"},
                                     std::pair{"use-json", "use_json"}}) {
    BOOST_TEST(override_of(solver({"--" + std::string(name)}), "DEFAULT." + std::string(option)) == "true", name);
    BOOST_TEST(override_of(solver({"--no" + std::string(name)}), "DEFAULT." + std::string(option)) == "false", name);
    BOOST_TEST(override_of(solver({}), "DEFAULT." + std::string(option)) == "<none>", name);
  }
  BOOST_TEST(override_of(solver({"-d"}), "DEFAULT.debug") == "true");
}

BOOST_AUTO_TEST_CASE(the_last_of_several_wins) {
  BOOST_TEST(override_of(solver({"--debug", "--debug"}), "DEFAULT.debug") == "true");
  BOOST_TEST(override_of(solver({"--nodebug", "--debug"}), "DEFAULT.debug") == "true");
  BOOST_TEST(override_of(solver({"--debug", "--nodebug"}), "DEFAULT.debug") == "false");
  BOOST_TEST(override_of(solver({"--log-file=a", "--logfile=b"}), "DEFAULT.log_file") == "b");
  BOOST_TEST(override_of(api({"--port=1", "--port=2"}), "api.bind_port") == "2");
}

BOOST_AUTO_TEST_CASE(older_spellings_are_understood) {
  for (auto const& [spelling, option] :
       {std::pair{"--log-config-append", "log_config_append"}, std::pair{"--log-config", "log_config_append"},
        std::pair{"--log_config", "log_config_append"}, std::pair{"--log-dir", "log_dir"},
        std::pair{"--logdir", "log_dir"}, std::pair{"--log-file", "log_file"}, std::pair{"--logfile", "log_file"},
        std::pair{"--log-date-format", "log_date_format"}, std::pair{"--syslog-log-facility", "syslog_log_facility"}}) {
    BOOST_TEST(override_of(solver({spelling, "/x"}), "DEFAULT." + std::string(option)) == "/x", spelling);
    BOOST_TEST(override_of(solver({std::string(spelling) + "=/x"}), "DEFAULT." + std::string(option)) == "/x",
               spelling);
  }
}

BOOST_AUTO_TEST_CASE(what_is_unknown_or_incomplete_is_a_usage_error) {
  is_usage_error(solver({"--no-such"}), "unrecognized arguments: --no-such");
  is_usage_error(solver({"--no-such=7"}), "unrecognized arguments: --no-such");
  is_usage_error(solver({"-x"}), "unrecognized arguments: -x");
  is_usage_error(solver({"word"}), "unrecognized arguments: word");
  is_usage_error(solver({"--debug", "one", "two"}), "unrecognized arguments: one two");
  is_usage_error(solver({"--config-file"}), "config-file");
  is_usage_error(solver({"--debug=1"}), "debug");
  // No guessing of beginnings: a later option must not change what a script means.
  is_usage_error(solver({"--config-fil=a"}), "unrecognized arguments: --config-fil");
  is_usage_error(solver({"--port=1"}), "unrecognized arguments: --port");
  is_usage_error(solver({"--no-such"}), "conductor-solver: error: ");
}

BOOST_AUTO_TEST_CASE(help_and_version_are_answered_without_files) {
  auto const help = solver({"--config-file", "/no/such/file", "--help"});
  BOOST_TEST(help.status == 0);
  BOOST_TEST(!help.launch);
  for (auto const* part : {"usage: conductor-solver", "a role", "--config-file", "--config-dir", "--nouse-syslog",
                           "--version", "--check", "conductor config sample", "/etc/conductor"})
    BOOST_TEST(has(help.text, part), part);
  auto const version = solver({"--version"});
  BOOST_TEST(version.status == 0);
  BOOST_TEST(version.text == version_line() + "\n");
  BOOST_TEST(api({"--", "--version"}).text == version_line() + "\n");
}

BOOST_AUTO_TEST_CASE(check_reads_and_ends) {
  BOOST_TEST(solver({"--check"}).launch.value().check_only);
  BOOST_TEST(api({"--", "--check"}).launch.value().check_only);
  BOOST_TEST(!solver({}).launch.value().check_only);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_run)

namespace {
std::string names_of(Parsed const& parsed) {
  std::string names;
  for (auto const* each : parsed.launch.value().roles) names += (names.empty() ? "" : ",") + std::string(each->name);
  return names;
}
}  // namespace

BOOST_AUTO_TEST_CASE(it_runs_all_roles_or_those_named) {
  BOOST_TEST(names_of(all({})) == "api,controller,data,solver,reservation");
  BOOST_TEST(names_of(all({"--roles", "api,solver"})) == "api,solver");
  BOOST_TEST(names_of(all({"--roles=data,data"})) == "data");
  BOOST_TEST(all({}).launch->program == "conductor");
}

BOOST_AUTO_TEST_CASE(an_unknown_role_is_told_with_the_known_ones) {
  is_usage_error(all({"--roles", "api,solve"}),
                 "unknown role 'solve'; roles are: api, controller, data, solver, reservation");
  is_usage_error(all({"--roles", ""}), "--roles");
}

BOOST_AUTO_TEST_CASE(it_takes_the_options_of_launcher_and_services_at_once) {
  auto const parsed = all({"--host", "127.0.0.2", "-p", "0", "--config-file=a", "--debug", "--", "--config-file=b"});
  BOOST_TEST(override_of(parsed, "api.bind_host") == "127.0.0.2");
  BOOST_TEST(override_of(parsed, "api.bind_port") == "0");
  BOOST_TEST(override_of(parsed, "DEFAULT.debug") == "true");
  BOOST_TEST((parsed.launch->sources.files == std::vector<std::filesystem::path>{"a", "b"}));
  auto const help = all({"-h"});
  for (auto const* part : {"--roles", "api,controller,data,solver,reservation", "--port", "--config-file"})
    BOOST_TEST(has(help.text, part), part);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cli_sources)

BOOST_AUTO_TEST_CASE(commands_name_files_and_directories_as_services_do) {
  for (auto const& command : config_commands({})) {
    auto const sources = sources_of(parse(command, {"--config-file", "a", "--config-dir=d", "--config-file=b"}));
    BOOST_TEST((sources.files == std::vector<std::filesystem::path>{"a", "b"}));
    BOOST_TEST((sources.directories == std::vector<std::filesystem::path>{"d"}));
    BOOST_CHECK_THROW(parse(command, {"--config-file"}), Ended);
  }
}

BOOST_AUTO_TEST_CASE(the_options_of_services_are_rows_of_the_table) {
  auto const options = run_options(roles(), nullptr);
  auto const option = [&](std::string const& name) {
    for (auto const& each : options)
      if (each.name == name) return each;
    throw std::invalid_argument(name);
  };
  BOOST_TEST(option("port").letter == 'p');
  BOOST_TEST(option("port").value == "PORT");
  BOOST_TEST(option("debug").letter == 'd');
  BOOST_TEST(option("debug").value.empty());
  BOOST_TEST(option("config-file").file);
  BOOST_TEST(!option("roles").help.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
