// plugins -> sdk <- core <- services, held to by the #include lines of all product code; and the SDK small enough to
// read in one sitting.
#include "tests/layering/rules.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::layering {
namespace {

namespace fs = std::filesystem;

using Rule = std::string (*)(Source const&, Include const&, Exists const&);

bool exists_in_tree(std::string const& path) {
  return fs::exists(root() / path) || fs::exists(root() / (path + ".in"));
}

// Fails once for each offending line.
void check(std::vector<Source> const& sources, Rule rule) {
  BOOST_REQUIRE(!sources.empty());
  std::size_t looked_at = 0;
  for (auto const& source : sources)
    for (auto const& include : source.includes) {
      auto const wrong = rule(source, include, exists_in_tree);
      BOOST_CHECK_MESSAGE(wrong.empty(),
                          source.path << ':' << include.line << ": includes " << include.target << "; " << wrong);
      ++looked_at;
    }
  BOOST_TEST(looked_at > sources.size());
}

// {kind}/{name} folders.
std::set<std::string> plugin_names() {
  std::set<std::string> names;
  for (auto const& kind : fs::directory_iterator(root() / "plugins")) {
    if (!kind.is_directory()) continue;
    for (auto const& plugin : fs::directory_iterator(kind))
      if (plugin.is_directory() && plugin.path().filename() != "common") names.insert(plugin.path().filename());
  }
  return names;
}

// What a rule says about one invented line, whose target exists as it is written and nowhere else.
std::string verdict(Rule rule, std::string const& path, std::string const& line) {
  auto const includes = includes_of(line);
  BOOST_REQUIRE(includes.size() == 1U);
  return rule({.path = path, .text = line, .includes = includes}, includes[0],
              [&](std::string const& tree_path) { return tree_path == includes[0].target; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layering)

BOOST_AUTO_TEST_CASE(the_sdk_stands_on_the_standard_library_and_boost_json_and_system) {
  check(sources_below("sdk"), sdk_rule);
}

BOOST_AUTO_TEST_CASE(plugins_include_the_sdk_and_their_own_folder) { check(sources_below("plugins"), plugin_rule); }

BOOST_AUTO_TEST_CASE(core_includes_neither_services_nor_plugins) { check(sources_below("core"), core_rule); }

BOOST_AUTO_TEST_CASE(roles_include_no_other_role) { check(sources_below("services"), service_rule); }

BOOST_AUTO_TEST_CASE(asio_and_beast_stay_inside_core_http) {
  for (auto const* folder : {"sdk", "core", "services", "plugins"}) check(sources_below(folder), asio_rule);
  auto const internal = headers_with_asio(sources_below("core"));
  BOOST_TEST(!internal.empty());
  for (auto const* folder : {"core", "services", "plugins"})
    for (auto const& source : sources_below(folder)) {
      if (source.path.starts_with("core/http/")) continue;
      for (auto const& include : source.includes)
        BOOST_CHECK_MESSAGE(!internal.contains(include.target),
                            source.path << ':' << include.line << ": " << include.target << " brings Asio with it");
    }
}

BOOST_AUTO_TEST_CASE(core_names_no_plugin) {
  auto const names = plugin_names();
  BOOST_TEST(names.contains("sqlite"));
  for (auto const& source : sources_below("core"))
    for (auto const& line : plugin_names_in(source, names)) BOOST_ERROR(line);
}

BOOST_AUTO_TEST_CASE(the_sdk_has_fewer_than_1000_lines_without_comments) {
  std::size_t total = 0;
  for (auto const& source : sources_below("sdk/include")) {
    auto const lines = code_lines(source.text);
    BOOST_TEST_MESSAGE(source.path << ": " << lines);
    total += lines;
  }
  BOOST_TEST(total > 300U);
  BOOST_TEST(total < 1000U);
}

// The rules themselves, on lines that must not pass.
BOOST_AUTO_TEST_CASE(each_rule_refuses_what_it_is_there_for) {
  struct Case {
    Rule rule;
    char const* path;
    char const* line;
  };
  for (auto const& [rule, path, line] :
       {Case{sdk_rule, "sdk/include/conductor/sdk/host.hpp", "#include \"core/log/log.hpp\""},
        Case{sdk_rule, "sdk/include/conductor/sdk/host.hpp", "#include <boost/asio.hpp>"},
        Case{sdk_rule, "sdk/include/conductor/sdk/host.hpp", "#include <unistd.h>"},
        Case{sdk_rule, "sdk/testing/fake_host.hpp", "#include \"core/log/log.hpp\""},
        Case{plugin_rule, "plugins/store/sqlite/writer.cpp", "#include \"core/work/alarm.hpp\""},
        Case{plugin_rule, "plugins/store/sqlite/writer.cpp", "#include \"../memory/memory.hpp\""},
        Case{plugin_rule, "plugins/store/sqlite/writer.cpp", "  #  include <conductor/sdk/sdk.hpp>"},
        Case{core_rule, "core/kernel/kernel.cpp", "#include \"services/api/role.hpp\""},
        Case{core_rule, "core/kernel/kernel.cpp", "#include \"plugins/store/sqlite/writer.hpp\""},
        Case{service_rule, "services/solver/role.cpp", "#include \"services/data/gateway.hpp\""},
        Case{service_rule, "services/placement/rule.hpp", "#include \"services/solver/dense.hpp\""},
        Case{service_rule, "services/placement/rule.hpp", "#include \"services/grammar/view.hpp\""},
        Case{service_rule, "services/placement/rule.hpp", "#include \"services/constraints/table.hpp\""},
        Case{service_rule, "services/constraints/judge.cpp", "#include \"services/solver/checker.hpp\""},
        Case{service_rule, "services/solver/filter.cpp", "#include \"services/constraints/types/hpa/hpa.hpp\""},
        Case{service_rule, "services/constraints/types/zone.cpp",
             "#include \"services/constraints/types/hpa/hpa.hpp\""},
        Case{asio_rule, "services/api/role.cpp", "#include <boost/asio/post.hpp>"},
        Case{asio_rule, "core/work/timers.cpp", "#include <boost/beast/core.hpp>"}})
    BOOST_CHECK_MESSAGE(!verdict(rule, path, line).empty(), path << " may include " << line);
}

BOOST_AUTO_TEST_CASE(roles_include_the_folders_that_they_share) {
  for (auto const* line : {"#include \"services/grammar/view.hpp\"", "#include \"services/placement/rule.hpp\"",
                           "#include \"services/constraints/table.hpp\""})
    for (auto const* path :
         {"services/solver/dense.hpp", "services/controller/draft.hpp", "services/constraints/types/hpa/grammar.cpp"})
      BOOST_TEST(verdict(service_rule, path, line) == "");
  BOOST_TEST(verdict(service_rule, "services/constraints/types/hpa/hpa.cpp",
                     "#include \"services/constraints/types/hpa/hpa.hpp\"") == "");
}

BOOST_AUTO_TEST_CASE(a_header_brings_asio_through_another_one) {
  std::vector<Source> core{{"core/a/outer.hpp", "", includes_of("#include \"core/a/inner.hpp\"")},
                           {"core/a/inner.hpp", "", includes_of("#include <boost/asio/post.hpp>")},
                           {"core/a/plain.hpp", "", includes_of("#include <string>")}};
  BOOST_TEST(headers_with_asio(core) == (std::set<std::string>{"core/a/inner.hpp", "core/a/outer.hpp"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_plugin_named_in_core_is_found_and_defaults_are_let_through) {
  auto const found = [](std::string const& line) {
    return plugin_names_in({.path = "core/x.cpp", .text = line, .includes = {}}, {"sqlite"}).size();
  };
  BOOST_TEST(found("if (name == \"sqlite\") return;") == 1U);
  BOOST_TEST(found("s.text(\"db_backend\", \"\").default_to(\"sqlite\");") == 0U);
  BOOST_TEST(found("// for example \"sqlite\"") == 0U);
}

BOOST_AUTO_TEST_CASE(comments_and_blank_lines_are_no_code) {
  BOOST_TEST(code_lines("// a\n\n  // b\nint x;  // c\n\t\n}\n") == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::layering
