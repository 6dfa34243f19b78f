// From role table and configuration files to the catalogue, plugin choices and directories.
#include "core/kernel/setup.hpp"

#include "services/api/role.hpp"
#include "services/data/role.hpp"
#include "tests/core/config/folder.hpp"
#include "tests/support/has.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>
#include <set>

namespace conductor::kernel::test {

namespace fs = std::filesystem;
using config::test::Folder;

namespace {

void declare_solver(config::Catalogue& catalogue) {
  sdk::Schema s("solver");
  s.text("strategy", "Which strategy searches.").default_to("optimal");
  s.list("extensions", "Further strategies.").default_to("");
  catalogue.add(s);
}

// Two real roles and one that names strategies.
std::vector<Role> const& roles() {
  static std::vector<Role> const all{
      services::api::role(), services::data::role(),
      Role{.name = "solver", .summary = "", .plugin_kinds = {"solver"}, .declare = declare_solver, .make = nullptr}};
  return all;
}

config::Loaded loaded(std::string const& text) { return config::test::load_text(core_catalogue(roles()), text); }

std::string names(std::vector<plugin::Choice> const& choices) {
  std::string text;
  for (auto const& choice : choices) text += choice.kind + "/" + choice.name + " by " + choice.option + "; ";
  return text;
}

using conductor::tests::has;

}  // namespace

BOOST_AUTO_TEST_SUITE(kernel_catalogue)

BOOST_AUTO_TEST_CASE(every_option_stands_once_with_a_sentence_and_good_default) {
  auto const catalogue = core_catalogue(roles());
  std::set<std::pair<std::string, std::string>> seen;
  for (auto const& entry : catalogue.entries()) {
    BOOST_TEST(seen.emplace(entry.section, entry.option.name).second, entry.section << "." << entry.option.name);
    BOOST_TEST(!entry.option.help.empty(), entry.section << "." << entry.option.name);
  }
  BOOST_TEST(config::test::all(config::test::load_text(catalogue, "").errors) == "");
}

BOOST_AUTO_TEST_CASE(options_of_core_logging_and_roles_are_known) {
  auto const catalogue = core_catalogue(roles());
  for (auto const& [section, option] :
       {std::pair{"DEFAULT", "lease_ttl"}, std::pair{"DEFAULT", "debug"}, std::pair{"DEFAULT", "log_file"},
        std::pair{"DEFAULT", "use_json"}, std::pair{"api", "bind_port"}, std::pair{"data", "cloud_candidate_cost"},
        std::pair{"solver", "strategy"}, std::pair{"plugins", "path"}})
    BOOST_TEST(catalogue.find(section, option) != nullptr, section << "." << option);
  BOOST_TEST(catalogue.find("DEFAULT", "debug")->origin == "oslo.log");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(kernel_choices)

BOOST_AUTO_TEST_CASE(each_kind_is_named_by_its_option) {
  auto const config = loaded(
                          "[inventory_provider]\nextensions = aai,file\n[service_controller]\nextensions = sdnc\n"
                          "[vim_controller]\nextensions = multicloud\n[db_options]\ndb_backend = etcd\n"
                          "[solver]\nstrategy = optimal\nextensions = fit_first, optimal, greedy\n")
                          .config;
  BOOST_TEST(names(choices_of(config, "inventory")) ==
             "inventory/aai by [inventory_provider] extensions; inventory/file by [inventory_provider] extensions; ");
  BOOST_TEST(names(choices_of(config, "controller")) == "controller/sdnc by [service_controller] extensions; ");
  BOOST_TEST(names(choices_of(config, "vim")) == "vim/multicloud by [vim_controller] extensions; ");
  BOOST_TEST(names(choices_of(config, "store")) == "store/etcd by [db_options] db_backend; ");
  // The union of both options, each name once.
  BOOST_TEST(names(choices_of(config, "solver")) ==
             "solver/optimal by [solver] strategy; solver/fit_first by [solver] extensions; "
             "solver/greedy by [solver] extensions; ");
  BOOST_TEST(choices_of(config, "no-such-kind").empty());
}

BOOST_AUTO_TEST_CASE(empty_lists_choose_nothing) {
  auto const config = loaded("[inventory_provider]\nextensions =\n[vim_controller]\nextensions =\n").config;
  BOOST_TEST(choices_of(config, "inventory").empty());
  BOOST_TEST(choices_of(config, "controller").empty());
  BOOST_TEST(choices_of(config, "vim").empty());
}

BOOST_AUTO_TEST_CASE(the_old_switch_for_tests_chooses_the_memory_store) {
  auto const config = loaded("[music_api]\nmock = true\n[db_options]\ndb_backend = music\n").config;
  BOOST_TEST(names(choices_of(config, "store")) == "store/memory by [db_options] music_mock; ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(kernel_places)

BOOST_AUTO_TEST_CASE(plugins_lie_beside_the_programs_directory_unless_configured) {
  auto const directories = plugin_directories(loaded("").config);
  BOOST_REQUIRE(directories.size() == 1U);
  auto const program = fs::read_symlink("/proc/self/exe");
  BOOST_TEST(directories[0] == program.parent_path().parent_path() / "lib/conductor/plugins");
}

BOOST_AUTO_TEST_CASE(relative_plugin_directories_lie_beside_the_configuration_file) {
  Folder const folder;
  fs::create_directories(folder.path() / "mine");
  auto const file = folder.write("conductor.conf", "[plugins]\npath = mine, /opt/plugins, later\n");
  config::Sources sources{.default_places = false, .environment = false};
  sources.files = {file};
  auto const directories = plugin_directories(config::load(core_catalogue(roles()), sources).config);
  BOOST_REQUIRE(directories.size() == 3U);
  BOOST_TEST(directories[0] == folder.path() / "mine");
  BOOST_TEST(directories[1] == "/opt/plugins");
  BOOST_TEST(directories[2] == folder.path() / "later");
}

BOOST_AUTO_TEST_CASE(a_state_path_must_be_a_directory_this_user_may_write) {
  Folder const folder;
  auto const path_of = [&](std::string const& path) {
    return usable_state_path(loaded("[DEFAULT]\nstate_path = " + path + "\n").config);
  };
  auto const good = path_of(folder.path());
  BOOST_REQUIRE(good.has_value());
  BOOST_TEST(*good == folder.path());

  auto const file = folder.write("file", "");
  for (auto const& bad : {folder.path() / "none", file}) {
    auto const refused = path_of(bad);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == sdk::Errc::denied));
    BOOST_TEST(has(refused.error().text, bad.string() + " is no directory"));
    BOOST_TEST(has(refused.error().text, "[DEFAULT] state_path"));
  }
  if (::geteuid() == 0) return;  // root may write everywhere
  fs::create_directory(folder.path() / "read-only");
  fs::permissions(folder.path() / "read-only", fs::perms::owner_read | fs::perms::owner_exec);
  auto const refused = path_of(folder.path() / "read-only");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(has(refused.error().text, "is not writable for this user"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(kernel_set_up)

namespace {
sdk::Result<Setup> set_up_with(Folder const& folder, std::string const& text, std::vector<Role const*> const& chosen) {
  fs::create_directories(folder.path() / "plugins" / "store");
  config::Sources sources{.default_places = false, .environment = false};
  sources.files = {folder.write("conductor.conf", "[plugins]\npath = plugins\n" + text)};
  return set_up(roles(), chosen, sources);
}
}  // namespace

BOOST_AUTO_TEST_CASE(an_unknown_plugin_is_refused_with_the_option_and_the_name) {
  Folder const folder;
  auto const setup = set_up_with(folder, "[db_options]\ndb_backend = nosuch\n", {&roles()[0]});
  BOOST_REQUIRE(!setup);
  BOOST_TEST(has(setup.error().text, "nosuch"), setup.error().text);
  BOOST_TEST(has(setup.error().text, "[db_options] db_backend"), setup.error().text);
  BOOST_TEST(has(setup.error().text, folder.path().string()), setup.error().text);
}

BOOST_AUTO_TEST_CASE(a_role_asks_only_for_the_kinds_it_needs) {
  char const* const build = std::getenv("CONDUCTOR_BUILD_DIR");
  BOOST_REQUIRE_MESSAGE(build != nullptr, "CONDUCTOR_BUILD_DIR must name the build directory; run this with ctest");
  Folder const folder;
  config::Sources sources{.default_places = false, .environment = false};
  sources.files = {folder.write("conductor.conf", "[plugins]\npath = " + std::string(build) +
                                                      "/lib/conductor/plugins\n[db_options]\ndb_backend = memory\n"
                                                      "[inventory_provider]\nextensions = nosuch\n"
                                                      "[solver]\nstrategy = nosuch2\n")};
  auto const with = [&](Role const& role) { return set_up(roles(), std::vector<Role const*>{&role}, sources); };
  auto const of_api = with(roles()[0]);
  std::string const why = of_api ? "" : of_api.error().text;
  BOOST_REQUIRE_MESSAGE(of_api.has_value(), why);
  BOOST_REQUIRE(of_api->libraries.size() == 1U);
  BOOST_TEST(of_api->libraries[0].name() == "memory");
  BOOST_TEST(of_api->catalogue.has_section(of_api->libraries[0].schema.section()));
  for (auto const& [role, option] :
       {std::pair{&roles()[1], "[inventory_provider] extensions"}, std::pair{&roles()[2], "[solver] strategy"}}) {
    auto const refused = with(*role);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(has(refused.error().text, option), refused.error().text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::kernel::test
