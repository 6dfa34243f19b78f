// conductor-store-conformance as an author of a store has it: installed, outside the build tree.
#include "tests/e2e/harness.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace conductor::e2e {
namespace {

using namespace std::chrono_literals;

// Installed once for all tests here.
std::filesystem::path const& kit() {
  static Scratch const scratch;
  static auto const program = [] {
    auto const prefix = scratch.path() / "prefix";
    auto const installed = run({std::getenv("CONDUCTOR_CMAKE"), "--install", build_directory(), "--component",
                                "conformance", "--prefix", prefix});
    if (installed.status != 0) throw std::runtime_error("installation failed: " + installed.output);
    return prefix / "bin" / "conductor-store-conformance";
  }();
  return program;
}

Finished check(std::filesystem::path const& plugin, std::vector<std::string> const& options) {
  std::vector<std::string> command{kit(), plugin};
  command.insert(command.end(), options.begin(), options.end());
  return run(command, {}, 120s);
}

std::filesystem::path store(std::string const& name) {
  return build_directory() / "lib/conductor/plugins/store" / (name + ".so");
}
std::filesystem::path broken() { return build_directory() / "tests/conformance/store/forgets.so"; }

bool has(Finished const& finished, std::string const& text) { return finished.output.find(text) != std::string::npos; }

std::vector<std::string> const quick_rules{"--rule", "INS", "--rule", "CAS-1", "--rule",  "CAS-2",
                                           "--rule", "MNT", "--rule", "DUR",   "--scale", "0.01"};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_conformance_program)

BOOST_AUTO_TEST_CASE(good_stores_keep_the_rules) {
  for (auto const* const name : {"memory", "sqlite"}) {
    auto const finished = check(store(name), quick_rules);
    BOOST_TEST(finished.status == 0, finished.output);
    BOOST_TEST(has(finished, "holds        INS-3"), finished.output);
    BOOST_TEST(has(finished, std::string(name) + ": 14 rules hold, 0 fail, 0 are not claimed"), finished.output);
  }
}

BOOST_AUTO_TEST_CASE(a_broken_store_fails_with_the_rule_and_the_reason) {
  auto const finished = check(broken(), quick_rules);
  BOOST_TEST(finished.status == 1, finished.output);
  BOOST_TEST(has(finished, "holds        INS-1"), finished.output);
  BOOST_TEST(has(finished, "FAILS        CAS-1"), finished.output);
  BOOST_TEST(has(finished, "not claimed  DUR-4"), finished.output);
}

BOOST_AUTO_TEST_CASE(options_of_the_plugin_are_checked) {
  Scratch const scratch;
  auto const file = scratch.path() / "other.db";
  auto const good = check(store("sqlite"), {"--option", "path=" + file.string(), "--rule", "INS-1"});
  BOOST_TEST(good.status == 0, good.output);
  BOOST_TEST(std::filesystem::exists(file));
  auto const unknown = check(store("sqlite"), {"--option", "place=x"});
  BOOST_TEST(unknown.status == 2);
  BOOST_TEST(has(unknown, "no option 'place'"), unknown.output);
  auto const bad = check(store("sqlite"), {"--option", "sync=never"});
  BOOST_TEST(bad.status == 2);
  BOOST_TEST(has(bad, "never"), bad.output);
}

BOOST_AUTO_TEST_CASE(what_is_no_store_is_refused) {
  auto const other = check(build_directory() / "lib/conductor/plugins/inventory/file.so", {});
  BOOST_TEST(other.status == 2);
  auto const nothing = check("/nowhere/store.so", {});
  BOOST_TEST(nothing.status == 2);
  BOOST_TEST(has(nothing, "/nowhere/store.so"), nothing.output);
  auto const rule = check(store("memory"), {"--rule", "XYZ-1"});
  BOOST_TEST(rule.status == 2);
  BOOST_TEST(has(rule, "no such rule"), rule.output);
  auto const list = run({kit(), "--list"});
  BOOST_TEST(list.status == 0);
  BOOST_TEST(has(list, "CAS-3  of many claims exactly one wins"), list.output);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::e2e
