// Precedence, places, checks and warnings of load() (configuration specification 1 to 3, 7).
#include "tests/core/config/folder.hpp"

#include "core/config/options.hpp"
#include "core/config/reload.hpp"
#include "core/log/log.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

using namespace conductor;
using namespace conductor::config;
using test::all;
using test::Folder;
using test::load_text;

namespace {

Catalogue small() {
  sdk::Schema general("DEFAULT"), api("api");
  general.integer("workers", "").default_to(1).at_least(1).reloadable();
  general.text("keyspace", "").default_to("conductor").reloadable();
  general.boolean("fatal_deprecations", "").default_to(false);
  api.text("bind_host", "").default_to("127.0.0.1").formerly("host").formerly("server/address");
  api.integer("bind_port", "").default_to(8091);
  api.path("users_file", "").default_to("users.conf");
  api.secret("password", "").default_to("");
  api.text("unset", "");
  Catalogue out;
  out.add(general);
  out.add(api);
  return out;
}

// Sets one environment variable for as long as it lives.
class Variable {
 public:
  Variable(char const* name, std::string const& value) : name_(name) {
    if (char const* old = ::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Variable(Variable const&) = delete;
  Variable& operator=(Variable const&) = delete;

 private:
  char const* name_;
  std::optional<std::string> old_;
};

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_SUITE(load_configuration)

BOOST_AUTO_TEST_CASE(sections_of_a_family_are_named_by_the_file) {
  sdk::Schema cors("cors");
  cors.list("allowed_origin", "").default_to("");
  cors.integer("max_age", "").default_to(3600);
  Catalogue catalogue;
  catalogue.add(cors);
  catalogue.add_family(cors);
  auto const loaded =
      load_text(catalogue, "[cors.ui]\nallowed_origin = https://ui.example\n[cors.b]\nmax_age = x\n[cors.]\na = 1\n");
  BOOST_TEST((loaded.config.family("cors") == std::vector<std::string>{"cors.b", "cors.ui"}));
  BOOST_TEST(loaded.config.section("cors.ui").list("allowed_origin")[0] == "https://ui.example");
  BOOST_TEST(loaded.config.section("cors.ui").integer("max_age") == 3600);
  BOOST_TEST(has(all(loaded.errors), "[cors.b] max_age"));
  BOOST_TEST(has(all(loaded.warnings), "[cors.]"));
  BOOST_TEST(!catalogue.has_section("cors.ui"));
}

BOOST_AUTO_TEST_CASE(an_absent_or_empty_file_means_the_defaults) {
  auto const none = load(small(), {.default_places = false, .environment = false});
  auto const empty = load_text(small(), "");
  for (auto const* loaded : {&none, &empty}) {
    BOOST_TEST(loaded->errors.empty());
    BOOST_TEST(loaded->warnings.empty());
    BOOST_TEST(loaded->config.section("api").integer("bind_port") == 8091);
    BOOST_TEST(!loaded->config.section("api").is_set("unset"));
    BOOST_TEST(loaded->config.origin("api", "bind_port") == "default");
    BOOST_TEST(!loaded->config.given("api", "bind_port"));
  }
}

BOOST_AUTO_TEST_CASE(files_yield_to_directories_environment_and_command_line_option_by_option) {
  Folder const folder;
  Sources sources;
  sources.files = {
      folder.write("a.conf", "[DEFAULT]\nkeyspace = a\nworkers = 2\n[api]\nbind_port = 1\nbind_host = a\n"),
      folder.write("b.conf", "[api]\nbind_port = 2\nbind_host = b\n")};
  sources.directories = {folder.path() / "d"};
  folder.write("d/2.conf", "[api]\nbind_port = 4\n");
  folder.write("d/1.conf", "[api]\nbind_port = 3\nbind_host = d\nunset = d\n");
  folder.write("d/3.conf.bak", "[api]\nbind_port = 99\n");
  Variable const host("OS_API__BIND_HOST", "from environment");
  Variable const unset("OS_API__UNSET", "from environment");
  sources.overrides = {{"api.unset", "from command line"}};
  auto const loaded = load(small(), sources);
  BOOST_TEST(all(loaded.errors) == "");
  auto const& config = loaded.config;
  BOOST_TEST(config.section("DEFAULT").text("keyspace") == "a");
  BOOST_TEST(config.section("api").integer("bind_port") == 4);
  BOOST_TEST(config.section("api").text("bind_host") == "from environment");
  BOOST_TEST(config.section("api").text("unset") == "from command line");
  BOOST_TEST(config.origin("DEFAULT", "keyspace") == (folder.path() / "a.conf").string() + ":2");
  BOOST_TEST(config.origin("api", "bind_host") == "environment");
  BOOST_TEST(config.origin("api", "unset") == "command line");
  BOOST_TEST(config.files().size() == 4U);
}

BOOST_AUTO_TEST_CASE(without_names_the_first_of_each_default_place_is_read) {
  Folder const folder;
  folder.write("two/conductor.conf", "[api]\nbind_port = 1\nbind_host = conductor\n");
  folder.write("three/conductor.conf", "[api]\nbind_port = 9\nunset = not read\n");
  folder.write("one/conductor-api.conf", "[api]\nbind_port = 2\n");
  folder.write("three/conductor.conf.d/x.conf", "[DEFAULT]\nworkers = 7\n");
  Sources sources{.program = "conductor-api", .environment = false};
  for (auto const* place : {"one", "two", "three"}) sources.search_directories.push_back(folder.path() / place);
  auto const loaded = load(small(), sources);
  BOOST_TEST(loaded.config.section("api").integer("bind_port") == 2);
  BOOST_TEST(loaded.config.section("api").text("bind_host") == "conductor");
  BOOST_TEST(loaded.config.section("DEFAULT").integer("workers") == 7);
  BOOST_TEST(!loaded.config.given("api", "unset"));
}

BOOST_AUTO_TEST_CASE(the_default_places_begin_in_the_home_directory) {
  Folder const folder;
  folder.write(".conductor/conductor.conf", "[api]\nbind_port = 5\n");
  folder.write("conductor.conf", "[api]\nbind_port = 6\n");
  Variable const home("HOME", folder.path().string());
  auto const loaded = load(small(), {.environment = false});
  BOOST_TEST(loaded.config.section("api").integer("bind_port") == 5);
}

BOOST_AUTO_TEST_CASE(a_named_file_or_directory_that_is_missing_is_an_error_that_names_it) {
  Folder const folder;
  Sources sources{.files = {folder.path() / "no.conf"}, .directories = {folder.path() / "no.d"}, .environment = false};
  auto const text = all(load(small(), sources).errors);
  BOOST_TEST(has(text, "no.conf: configuration file does not exist"));
  BOOST_TEST(has(text, "no.d: configuration directory does not exist"));
  sources = {.files = {folder.path()}, .environment = false};
  BOOST_TEST(has(all(load(small(), sources).errors), "is a directory; use --config-dir"));
}

// DIVERGE of section 2: the original stops at the first reading of one bad option.
BOOST_AUTO_TEST_CASE(reports_all_bad_options_together_with_file_and_line) {
  auto const loaded =
      load_text(small(), "[DEFAULT]\nworkers = 0\nfatal_deprecations = maybe\n[api]\n\nbind_port = none\n");
  auto const text = all(loaded.errors);
  BOOST_TEST(loaded.errors.size() == 3U);
  BOOST_TEST(has(text, "conductor.conf:2: [DEFAULT] workers: Should be greater than or equal to 1"));
  BOOST_TEST(has(text, "conductor.conf:3: [DEFAULT] fatal_deprecations: Unexpected boolean value 'maybe'"));
  BOOST_TEST(has(text, "conductor.conf:6: [api] bind_port: Unexpected integer value 'none'"));
}

// DIVERGE of section 2: the original ignores unknown names silently.
BOOST_AUTO_TEST_CASE(warns_once_of_each_unknown_option_and_section_with_the_nearest_name) {
  auto const loaded = load_text(
      small(), "[DEFAULT]\nkeyspcae = x\nbind_port = 1\n[apy]\na = 1\nb = 2\n[aaf_sms]\nx = 1\n[apy]\nc = 1\n");
  auto const text = all(loaded.warnings);
  BOOST_TEST(loaded.errors.empty());
  BOOST_TEST(loaded.warnings.size() == 4U);
  BOOST_TEST(has(text, "conductor.conf:2: [DEFAULT] keyspcae: unknown option is ignored; did you mean keyspace?"));
  BOOST_TEST(has(
      text,
      "conductor.conf:3: [DEFAULT] bind_port: unknown option is ignored; there is an option of this name in [api]"));
  BOOST_TEST(has(text, "conductor.conf:4: [apy] unknown section is ignored; did you mean [api]?"));
  BOOST_TEST(has(text, "conductor.conf:7: [aaf_sms] unknown section is ignored\n"));
}

BOOST_AUTO_TEST_CASE(says_nothing_about_sections_of_other_programs) {
  auto catalogue = small();
  catalogue.ignore("solver");
  BOOST_TEST(load_text(catalogue, "[solver]\nworkers = 4\n").warnings.empty());
}

BOOST_AUTO_TEST_CASE(warns_of_environment_variables_that_name_no_option_of_a_known_section) {
  Variable const wrong("OS_API__BIND_PROT", "1");
  Variable const foreign("OS_CLOUD__REGION", "1");
  auto const loaded = load(small(), {.default_places = false});
  BOOST_TEST(has(all(loaded.warnings), "OS_API__BIND_PROT"));
  BOOST_TEST(!has(all(loaded.warnings), "OS_CLOUD__REGION"));
}

BOOST_AUTO_TEST_CASE(an_unknown_option_on_the_command_line_is_an_error) {
  auto const loaded =
      load(small(), {.overrides = {{"api.bind_prot", "1"}}, .default_places = false, .environment = false});
  BOOST_TEST(has(all(loaded.errors), "did you mean bind_port?"));
}

BOOST_AUTO_TEST_CASE(old_names_work_with_a_warning_and_yield_to_the_current_one) {
  auto const old = load_text(small(), "[server]\naddress = 10.0.0.1\n");
  BOOST_TEST(old.config.section("api").text("bind_host") == "10.0.0.1");
  BOOST_TEST(has(all(old.warnings), "'address' is a deprecated name of this option; use [api] bind_host"));
  BOOST_TEST(old.warnings.size() == 1U);  // the section is known through its option
  auto const both = load_text(small(), "[api]\nbind_host = new\nhost = old\n");
  BOOST_TEST(both.config.section("api").text("bind_host") == "new");
  auto const fatal = load_text(small(), "[DEFAULT]\nfatal_deprecations = on\n[api]\nhost = old\n");
  BOOST_TEST(fatal.errors.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_required_option_must_be_there_and_not_empty) {
  sdk::Schema schema("rest");
  schema.url("url", "").required();
  schema.text("name", "").required();
  auto const text = all(load_text(test::catalogue_of(schema), "[rest]\nname =\n").errors);
  BOOST_TEST(has(text, "[rest] url: is required but not set"));
  BOOST_TEST(has(text, "conductor.conf:2: [rest] name: is required but empty"));
}

// DIVERGE of section 1: file options are relative to the working directory in the original.
BOOST_AUTO_TEST_CASE(relative_file_names_do_not_depend_on_the_working_directory) {
  Folder const folder;
  folder.write("etc/users.conf", ""), folder.write("search/users.conf", ""), folder.write("search/other.conf", "");
  Sources sources{.environment = false, .search_directories = {folder.path() / "search"}};
  auto const users_file = [&](std::string const& text) {
    sources.files = {folder.write("etc/conductor.conf", text)};
    return std::filesystem::path(load(small(), sources).config.section("api").text("users_file"));
  };
  BOOST_TEST(users_file("[api]\nusers_file = users.conf\n") == folder.path() / "etc/users.conf");
  BOOST_TEST(users_file("[api]\nusers_file = other.conf\n") == folder.path() / "search/other.conf");
  BOOST_TEST(users_file("[api]\nusers_file = missing.conf\n") == folder.path() / "etc/missing.conf");
  BOOST_TEST(users_file("[api]\nusers_file = /abs/x\n") == "/abs/x");
  BOOST_TEST(users_file("[api]\nusers_file =\n") == "");
  BOOST_TEST(users_file("") == folder.path() / "etc/users.conf");  // the default's name too
  sources.overrides = {{"api.users_file", "x.conf"}};
  BOOST_TEST(users_file("") == std::filesystem::current_path() / "x.conf");
}

// DIVERGE of section 14: `{option}_file` for each secret.
BOOST_AUTO_TEST_CASE(a_secret_may_be_read_from_a_file) {
  Folder const folder;
  folder.write("pw", "$hunter two\n");
  Sources sources{.environment = false};
  sources.files = {folder.write("conductor.conf", "[api]\npassword = ignored\npassword_file = pw\n")};
  auto const loaded = load(small(), sources);
  BOOST_TEST(all(loaded.errors) == "");
  BOOST_TEST(loaded.config.section("api").text("password") == "$hunter two");
  BOOST_TEST(loaded.config.origin("api", "password").ends_with("conductor.conf:3"));
  folder.write("conductor.conf", "[api]\npassword-file = gone\nbind_host_file = pw\n");
  auto const bad = load(small(), sources);
  BOOST_TEST(
      has(all(bad.errors), "conductor.conf:2: [api] password: secret file " + (folder.path() / "gone").string()));
  BOOST_TEST(has(all(bad.warnings), "[api] bind_host_file: unknown option"));
}

// DIVERGE of section 7.
BOOST_AUTO_TEST_CASE(refuses_files_that_all_may_write_and_warns_when_all_may_read_secrets) {
  Folder const folder;
  auto const file = folder.write("conductor.conf", "[api]\npassword = x\n");
  Sources const sources{.files = {file}, .environment = false};
  BOOST_TEST(load(small(), sources).warnings.empty());
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  BOOST_TEST(has(all(load(small(), sources).warnings), "readable by everybody"));
  std::filesystem::permissions(file, std::filesystem::perms(0646));
  BOOST_TEST(has(all(load(small(), sources).errors), "writable by everybody"));
}

BOOST_AUTO_TEST_CASE(refuses_an_option_that_is_declared_twice) {
  auto catalogue = small();
  sdk::Schema again("api");
  again.text("bind-host", "");
  BOOST_CHECK_THROW(catalogue.add(again), std::logic_error);
  BOOST_CHECK_THROW(load(small(), {.default_places = false}).config.section("nobody"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_problem_of_a_later_check_points_at_the_place_of_the_value) {
  auto const loaded = load_text(small(), "[api]\nbind_port = 1\n");
  BOOST_TEST(has(loaded.config.problem("api", "bind_port", "is taken").where(),
                 "conductor.conf:2: [api] bind_port: is taken"));
  BOOST_TEST(loaded.config.problem("api", "bind_host", "is odd").where() == "[api] bind_host: is odd");
}

// DIVERGE of section 3.
BOOST_AUTO_TEST_CASE(a_reload_tells_what_takes_effect_and_what_needs_a_restart) {
  auto const old = load_text(small(), "[api]\nbind_port = 1\nunset = x\nusers_file = /u\n");
  auto const now =
      load_text(small(), "[api]\nusers_file = /u\nbind_port = 2\nbind_host = 127.0.0.1\n[DEFAULT]\nkeyspace = other\n");
  auto const changes = diff(old.config, now.config, small());
  BOOST_REQUIRE(changes.reloadable.size() == 1U);
  BOOST_TEST(changes.reloadable[0].option == "keyspace");
  BOOST_REQUIRE(changes.restart_required.size() == 2U);
  BOOST_TEST(changes.restart_required[0].restart_text() == "option [api] bind_port changed, restart required");
  BOOST_TEST(changes.restart_required[1].option == "unset");
  BOOST_TEST(diff(now.config, now.config, small()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(core_options)

namespace {
Catalogue core_catalogue() {
  Catalogue out;
  declare_core(out);
  sdk::Schema logging("DEFAULT");
  log::declare(logging);
  out.add(logging, "oslo.log");
  return out;
}
}  // namespace

// DIVERGE of section 4.1.
BOOST_AUTO_TEST_CASE(delay_time_takes_fractions_from_a_tenth_on) {
  BOOST_TEST(
      load_text(core_catalogue(), "[DEFAULT]\ndelay_time = 0.5\n").config.section("DEFAULT").number("delay_time") ==
      0.5);
  for (auto const* bad : {"0", "-1", "0.05"})
    BOOST_TEST(!load_text(core_catalogue(), std::string("[DEFAULT]\ndelay_time = ") + bad + "\n").errors.empty(), bad);
}

// DIVERGE of section 4.9.
BOOST_AUTO_TEST_CASE(music_mock_is_known_by_its_old_name) {
  auto const loaded = load_text(core_catalogue(), "[music_api]\nmock = true\n");
  BOOST_TEST(loaded.config.section("db_options").boolean("music_mock"));
}

BOOST_AUTO_TEST_CASE(defaults_name_the_embedded_store_and_loopback) {
  auto const loaded = load_text(core_catalogue(), "");
  BOOST_TEST(all(loaded.errors) == "");
  BOOST_TEST(loaded.config.section("db_options").text("db_backend") == "sqlite");
  BOOST_TEST(loaded.config.section("prometheus").text("bind_host") == "127.0.0.1");
  BOOST_TEST(!loaded.config.section("prometheus").boolean("enabled"));
  BOOST_TEST(loaded.config.section("prometheus").list("metrics_port").size() == 5U);
  BOOST_TEST(loaded.config.section("service_controller").list("extensions").empty());
  BOOST_TEST(loaded.config.section("vim_controller").list("extensions") == std::vector<std::string>{"multicloud"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_options_of_default_but_paths_and_leases_take_effect_on_reload) {
  auto const catalogue = core_catalogue();
  for (auto const& entry : catalogue.entries())
    if (entry.section == "DEFAULT" && entry.option.name != "state_path" && entry.option.name != "lease_ttl")
      BOOST_TEST(entry.option.is_reloadable, entry.option.name);
}

BOOST_AUTO_TEST_CASE(the_state_path_comes_from_the_option_the_service_manager_or_the_convention) {
  {
    Variable const given("STATE_DIRECTORY", "/var/lib/one:/var/lib/two");
    BOOST_TEST(state_path(load_text(core_catalogue(), "").config) == "/var/lib/one");
    BOOST_TEST(state_path(load_text(core_catalogue(), "[DEFAULT]\nstate_path = /srv/x\n").config) == "/srv/x");
  }
  Variable const none("STATE_DIRECTORY", "");
  BOOST_TEST(state_path(load_text(core_catalogue(), "").config) == "/var/lib/conductor");
}

BOOST_AUTO_TEST_SUITE_END()
