// Help texts, from the table of commands.
#include "services/cli/command.hpp"

#include <algorithm>

namespace conductor::cli {

namespace {

constexpr std::size_t line_width = 100;

// `text` broken at blanks, all lines but the first indented.
std::string wrapped(std::string const& text, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find(' ', at), text.size());
    auto const word = text.substr(at, end - at);
    if (column > indent && column + 1 + word.size() > line_width) {
      result += '\n';
      result.append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
    at = end + 1;
  }
  return result;
}

std::string left_of(Option const& option) {
  std::string text = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  text += "--" + option.name;
  if (!option.value.empty()) text += " " + option.value;
  return text;
}

std::string options_of(Command const& command) {
  auto all = command.options;
  all.push_back({.name = "help", .letter = 'h', .help = "Show this help and exit."});
  std::size_t width = 0;
  for (auto const& option : all) width = std::max(width, left_of(option).size());
  std::string text;
  for (auto const& option : all) {
    auto left = left_of(option);
    left.resize(width, ' ');
    auto help = option.help;
    if (!option.choices.empty()) {
      std::string choices;
      for (auto const& choice : option.choices) choices += (choices.empty() ? "" : ", ") + choice;
      help += " One of: " + choices + ".";
    }
    if (option.repeats) help += " May be repeated.";
    text += "  " + left + "  " + wrapped(help, width + 4) + "\n";
  }
  return text;
}

}  // namespace

std::string usage_line(Command const& command) {
  return "usage: " + command.title() + (command.operand.empty() ? "" : " " + command.operand) + " [options]";
}

std::string help_of(Command const& command) {
  std::string text = usage_line(command) + "\n\n" + command.summary + "\n";
  if (!command.about.empty()) text += "\n" + command.about + "\n";
  text += "\nOptions:\n" + options_of(command);
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (auto const& [line, says] : command.examples) text += "  # " + says + "\n  " + line + "\n";
  return text;
}

std::string help_of(std::string const& group, Commands const& all) {
  auto const commands = in_group(group, all);
  if (commands.size() == 1 && commands.front()->verb.empty()) return help_of(*commands.front());
  std::size_t width = 0;
  auto const left = [](Command const& command) {
    return command.verb + (command.operand.empty() ? "" : " " + command.operand);
  };
  for (auto const* command : commands) width = std::max(width, left(*command).size());
  std::string text = "usage: conductor " + group + " COMMAND [options]\n\nCommands:\n";
  for (auto const* command : commands) {
    auto name = left(*command);
    name.resize(width, ' ');
    text += "  " + name + "  " + wrapped(command->summary, width + 4) + "\n";
  }
  std::string examples;
  for (auto const* command : commands)
    if (!command->examples.empty()) examples += "  " + command->examples.front().line + "\n";
  if (!examples.empty()) text += "\nExamples:\n" + examples;
  return text + "\nconductor " + group + " COMMAND --help tells more.\n";
}

}  // namespace conductor::cli
