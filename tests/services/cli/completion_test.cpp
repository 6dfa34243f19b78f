// The bash script, run by bash.
#include "services/cli/completion.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_completion)

namespace {

// What bash offers for these words, the last of which is being typed.
Words offered(Words const& line) {
  config::test::Folder const here;
  std::string script =
      bash_completion(all_commands({})) + "\ncd " + here.path().string() + "\ntouch some.yaml\nCOMP_WORDS=(";
  for (auto const& word : line) script += " '" + word + "'";
  script += ")\nCOMP_CWORD=" + std::to_string(line.size() - 1) +
            "\n_conductor\n[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  auto const file = here.write("script", script).string();
  auto* const pipe = ::popen(("bash --norc " + file + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  Words words;
  char text[4096];
  while (std::fgets(text, sizeof(text), pipe) != nullptr) {
    words.emplace_back(text);
    words.back().pop_back();
  }
  BOOST_TEST(::pclose(pipe) == 0);
  return words;
}

bool offers(Words const& words, std::string const& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

BOOST_AUTO_TEST_CASE(commands_are_completed) {
  BOOST_TEST(offered({"conductor", "pl"}) == (Words{"plan", "plugin"}), boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "w"}) == (Words{"wait", "why-not"}), boost::test_tools::per_element());
  BOOST_TEST(offers(offered({"conductor", ""}), "completion"));
  BOOST_TEST(offered({"conductor", "completion", ""}) == (Words{"bash"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(options_and_their_values_are_completed) {
  BOOST_TEST(offered({"conductor", "plan", "wait", "x", "--ti"}) == (Words{"--timeout"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "list", "-o", ""}) == (Words{"table", "json"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "list", "--output", "=", "j"}) == (Words{"json"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "list", "--output", "="}) == (Words{"table", "json"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "list", "--status", "not"}) == (Words{"not\\ found"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "create", "--name", ""}).empty());
}

BOOST_AUTO_TEST_CASE(files_are_offered_where_files_stand) {
  BOOST_TEST(offered({"conductor", "plan", "create", "so"}) == (Words{"some.yaml"}), boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "create", "t.yaml", "--overlay", "so"}) == (Words{"some.yaml"}),
             boost::test_tools::per_element());
  BOOST_TEST(offered({"conductor", "plan", "show", "so"}).empty());
}

BOOST_AUTO_TEST_CASE(every_command_and_every_option_of_the_table_is_in_the_script) {
  for (auto const& command : all_commands({})) {
    Words line{"conductor", command.group};
    if (!command.verb.empty()) line.push_back(command.verb);
    line.emplace_back("--");
    auto const words = offered(line);
    for (auto const& option : command.options)
      BOOST_TEST(offers(words, "--" + option.name), command.title() + " --" + option.name);
    BOOST_TEST(words.size() == command.options.size() + 1, command.title());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
