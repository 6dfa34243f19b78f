// The table of commands: parsing, help, hints for mistyped words.
#include "services/cli/command.hpp"

#include "services/cli/output.hpp"
#include "tests/services/cli/fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace conductor::cli::test {

BOOST_AUTO_TEST_SUITE(cli_command)

namespace {

Command sample() {
  return {
      .group = "thing",
      .verb = "make",
      .operand = "NAME",
      .summary = "Makes a thing.",
      .options =
          {{.name = "size", .letter = 's', .value = "N", .help = "How large."},
           {.name = "colour", .value = "C", .help = "Which colour.", .repeats = true, .choices = {"red", "light blue"}},
           {.name = "fast", .help = "In a hurry."}},
      .run = [](Invocation const& invocation, Console& console) -> int {
        console.out << invocation.operand() << ' ' << invocation.value("size");
        return 0;
      }};
}

std::string refusal(Words const& words) {
  try {
    parse(sample(), words);
  } catch (Ended const& end) {
    BOOST_TEST(end.status == exit_usage);
    return end.what();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_CASE(options_have_long_and_short_forms_with_values_behind_a_blank_or_an_equals_sign) {
  auto const command = sample();
  for (Words const& words : {Words{"x", "--size", "3"}, {"--size=3", "x"}, {"-s", "3", "x"}, {"-s3", "x"}}) {
    auto const parsed = parse(command, words);
    BOOST_TEST(parsed.operand() == "x");
    BOOST_TEST(parsed.value("size") == "3");
    BOOST_TEST(!parsed.has("fast"));
  }
  auto const more = parse(command, {"x", "--fast", "--colour", "red", "--colour=light blue"});
  BOOST_TEST(more.has("fast"));
  BOOST_TEST(more.values("colour") == (Words{"red", "light blue"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_may_begin_with_a_hyphen_and_an_operand_may_be_one) {
  BOOST_TEST(parse(sample(), {"x", "--size", "-3"}).value("size") == "-3");
  BOOST_TEST(parse(sample(), {"-"}).operand() == "-");
  BOOST_TEST(parse(sample(), {"--", "--size"}).operand() == "--size");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_a_hint) {
  BOOST_TEST(refusal({"x", "--sise", "3"}) == "conductor thing make has no option --sise; did you mean --size?");
  BOOST_TEST(refusal({"x", "--unheard-of"}) == "conductor thing make has no option --unheard-of");
  BOOST_TEST(refusal({}) == "conductor thing make needs NAME; see conductor thing make --help");
  BOOST_TEST(refusal({"x", "y"}) == "unexpected argument 'y'; only one NAME is taken");
  BOOST_TEST(refusal({"x", "--colour", "rad"}) ==
             "--colour is 'rad', it must be one of: red, light blue; did you mean red?");
  BOOST_TEST(has(refusal({"x", "--size"}), "--size"));
  BOOST_TEST(has(refusal({"x", "--size", "1", "--size", "2"}), "size"));
  BOOST_TEST(refusal({"x", "--siz", "3"}) == "conductor thing make has no option --siz; did you mean --size?");
}

BOOST_AUTO_TEST_CASE(numbers_must_be_whole_and_in_range) {
  auto const command = sample();
  BOOST_TEST(parse(command, {"x", "--size", "10"}).integer("size", 1, 10).value() == 10);
  BOOST_TEST(!parse(command, {"x"}).integer("size", 1, 10).has_value());
  for (auto const* wrong : {"0", "11", "1.5", "ten", "", "99999999999999999999"})
    BOOST_CHECK_THROW(parse(command, {"x", "--size", wrong}).integer("size", 1, 10), Ended);
  BOOST_TEST(parse(command, {"x", "--size", "0.5"}).number("size", 0, 1).value() == 0.5);
  for (auto const* wrong : {"nan", "inf", "1.1", "-0.1", "1s"})
    BOOST_CHECK_THROW(parse(command, {"x", "--size", wrong}).number("size", 0, 1), Ended);
}

BOOST_AUTO_TEST_CASE(mistyped_commands_get_a_hint_and_the_help_of_their_group) {
  Desk desk;
  auto const run = desk.run({"plan", "craete"});
  BOOST_TEST(run.status == exit_usage);
  BOOST_TEST(has(run.err, "error: conductor plan has no command 'craete'; did you mean create?"), run.err);
  BOOST_TEST(has(run.err, "why-not ID"));
  BOOST_TEST(run.out.empty());
  BOOST_TEST(desk.run({"plan"}).status == exit_usage);
  BOOST_TEST(desk.run({"plan", "--help"}).status == 0);
  BOOST_TEST(unknown_command(all_commands({}), "paln") == "unknown command 'paln'; did you mean plan?");
}

BOOST_AUTO_TEST_CASE(every_command_has_a_help_with_all_its_options_and_an_example) {
  for (auto const& command : all_commands({})) {
    if (!command.run) continue;
    Desk desk;
    Words words{command.group};
    if (!command.verb.empty()) words.push_back(command.verb);
    words.emplace_back("--help");
    auto const run = desk.run(words);
    BOOST_TEST(run.status == 0, command.title());
    BOOST_TEST(run.out.starts_with("usage: " + command.title()), run.out);
    BOOST_TEST(has(run.out, "\nExamples:\n"), command.title());
    for (auto const& option : command.options) BOOST_TEST(has(run.out, "--" + option.name), command.title());
    std::istringstream lines(run.out);
    for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 120U, line);
  }
}

BOOST_AUTO_TEST_CASE(the_examples_of_help_are_command_lines_that_are_accepted) {
  auto const table = all_commands({});
  for (auto const& command : table)
    for (auto const& example : command.examples) {
      auto const at = example.line.find(command.title() + " ");
      if (at == std::string::npos) {
        BOOST_TEST(has(example.line, command.title()), example.line);
        continue;
      }
      // As a shell splits it, as far as the examples go.
      std::istringstream text(example.line.substr(at + command.title().size()));
      Words words;
      bool quoted = false;
      for (std::string word; text >> word;) {
        if (word == "|" || word == ">") break;
        bool const begins = word.front() == '"', ends = word.back() == '"' || word.back() == ')';
        if (quoted) words.back() += " " + word;
        if (!quoted) words.push_back(word);
        if (begins) quoted = true;
        if (ends) quoted = false;
        std::erase_if(words.back(), [](char c) { return c == '"' || c == ')'; });
      }
      BOOST_CHECK_NO_THROW(parse(command, words));
    }
}

BOOST_AUTO_TEST_CASE(the_overview_names_every_group_and_how_to_ask) {
  auto const table = all_commands({});
  auto const text = overview(table);
  for (auto const& command : table) BOOST_TEST(has(text, "\n  " + command.group + " "), command.group);
  BOOST_TEST(has(text, "conductor plan create"));
  BOOST_TEST(has(text, "--user"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace conductor::cli::test
