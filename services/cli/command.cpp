#include "services/cli/command.hpp"

#include "core/config/nearest.hpp"
#include "services/cli/exit_code.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <ostream>

namespace conductor::cli {

namespace po = boost::program_options;

namespace {

// Every command has it.
Option const help_option{.name = "help", .letter = 'h', .help = "Show this help and exit."};

std::string spelled(Option const& option) {
  return option.letter == 0 ? option.name : option.name + "," + option.letter;
}

po::options_description described(Command const& command) {
  po::options_description options;
  auto const add = [&options](Option const& option) {
    auto const name = spelled(option);
    if (option.value.empty())
      options.add_options()(name.c_str(), "");
    else if (option.repeats)
      options.add_options()(name.c_str(), po::value<std::vector<std::string>>()->composing(), "");
    else
      options.add_options()(name.c_str(), po::value<std::string>(), "");
  };
  for (auto const& option : command.options) add(option);
  add(help_option);
  return options;
}

[[noreturn]] void wrong(std::string const& text) { throw Ended(exit_usage, text); }

std::string meant(std::string const& word, std::vector<std::string> const& known, std::string const& before = "") {
  auto const near = config::nearest(word, known);
  return near.empty() ? "" : "; did you mean " + before + near + "?";
}

std::string without_dashes(std::string name) {
  name.erase(0, name.find_first_not_of('-'));
  return name.substr(0, name.find('='));
}

[[noreturn]] void unknown_option(Command const& command, std::string const& given) {
  std::vector<std::string> names{help_option.name};
  for (auto const& option : command.options) names.push_back(option.name);
  auto const name = without_dashes(given);
  wrong(command.title() + " has no option " +
        (given.starts_with("-") ? given.substr(0, given.find('=')) : "--" + name) + meant(name, names, "--"));
}

bool operand_is_optional(Command const& command) { return command.operand.empty() || command.operand.front() == '['; }

std::string check_operand(Command const& command, std::vector<std::string> const& words) {
  std::size_t const most = command.operand.empty() ? 0 : 1;
  if (words.size() > most && !command.many_operands)
    wrong("unexpected argument '" + words[most] + "'" +
          (most == 0 ? "; " + command.title() + " takes only options" : "; only one " + command.operand + " is taken"));
  if (words.empty() && !operand_is_optional(command))
    wrong(command.title() + " needs " + command.operand + "; see " + command.title() + " --help");
  std::string joined;
  for (auto const& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

void check_choice(Option const& option, std::string const& value) {
  if (option.choices.empty() || std::find(option.choices.begin(), option.choices.end(), value) != option.choices.end())
    return;
  std::string all;
  for (auto const& choice : option.choices) all += (all.empty() ? "" : ", ") + choice;
  wrong("--" + option.name + " is '" + value + "', it must be one of: " + all + meant(value, option.choices));
}

}  // namespace

Option const* Command::option(std::string_view name) const {
  auto const found = std::find_if(options.begin(), options.end(), [&](auto const& each) { return each.name == name; });
  return found == options.end() ? nullptr : &*found;
}

std::string Invocation::value(std::string const& name) const {
  auto const found = values_.find(name);
  return found == values_.end() || found->second.empty() ? "" : found->second.back();
}

std::vector<std::string> Invocation::values(std::string const& name) const {
  auto const found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

namespace {

std::string shown(double number) {
  char text[32];
  auto const end = std::to_chars(text, text + sizeof(text), number).ptr;
  return {text, end};
}

}  // namespace

std::optional<double> Invocation::number(std::string const& name, double least, double most) const {
  if (!has(name)) return std::nullopt;
  auto const text = value(name);
  double result = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(result) || result < least ||
      result > most)
    wrong("--" + name + " is '" + text + "', it must be a number from " + shown(least) + " to " + shown(most));
  return result;
}

std::optional<long> Invocation::integer(std::string const& name, long least, long most) const {
  if (!has(name)) return std::nullopt;
  auto const text = value(name);
  long result = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (failed != std::errc() || end != text.data() + text.size() || result < least || result > most)
    wrong("--" + name + " is '" + text + "', it must be a whole number from " + std::to_string(least) + " to " +
          std::to_string(most));
  return result;
}

Invocation parse(Command const& command, std::vector<std::string> const& words) {
  Invocation invocation(command);
  auto const known = described(command);
  std::vector<po::option> found;
  try {
    found = po::command_line_parser(words)
                .options(known)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run()
                .options;
  } catch (po::unknown_option const& unknown) {
    unknown_option(command, unknown.get_option_name());
  } catch (po::error const& failure) {
    wrong(failure.what());
  }
  std::vector<std::string> operands;
  for (auto const& each : found) {
    if (each.string_key.empty()) {
      operands.insert(operands.end(), each.value.begin(), each.value.end());
      continue;
    }
    auto& values = invocation.values_[each.string_key];
    auto const* option = command.option(each.string_key);
    if (option != nullptr && !option->repeats && !option->value.empty() && !values.empty())
      wrong("--" + each.string_key + " is given twice");
    for (auto const& value : each.value) {
      if (option != nullptr) check_choice(*option, value);
      values.push_back(value);
    }
  }
  if (!invocation.has(help_option.name)) invocation.operand_ = check_operand(command, operands);
  return invocation;
}

std::vector<Command const*> in_group(std::string const& group, Commands const& all) {
  std::vector<Command const*> found;
  for (auto const& command : all)
    if (command.group == group) found.push_back(&command);
  return found;
}

bool has_group(std::string const& group, Commands const& all) { return !in_group(group, all).empty(); }

namespace {

Command const* find_verb(std::vector<Command const*> const& group, std::string const& verb) {
  auto const found = std::find_if(group.begin(), group.end(), [&](auto const* each) { return each->verb == verb; });
  return found == group.end() ? nullptr : *found;
}

int run_one(Command const& command, std::vector<std::string> const& words, Console& console) {
  try {
    auto const invocation = parse(command, words);
    if (invocation.has(help_option.name)) {
      console.out << help_of(command);
      return exit_done;
    }
    return command.run(invocation, console);
  } catch (Ended const& end) {
    if (*end.what() != '\0') console.err << "error: " << end.what() << '\n';
    if (end.status == exit_usage) console.err << usage_line(command) << '\n';
    return end.status;
  }
}

}  // namespace

std::optional<int> run(Commands const& all, std::vector<std::string> const& words, Console& console) {
  auto const group = words.empty() ? std::vector<Command const*>() : in_group(words.front(), all);
  if (group.empty() || !group.front()->run) return std::nullopt;
  if (auto const* alone = find_verb(group, "")) return run_one(*alone, {words.begin() + 1, words.end()}, console);
  std::string const verb = words.size() < 2 ? "" : words[1];
  if (verb == "--help" || verb == "-h" || verb == "help") {
    console.out << help_of(words.front(), all);
    return exit_done;
  }
  if (auto const* command = find_verb(group, verb)) return run_one(*command, {words.begin() + 2, words.end()}, console);
  if (!verb.empty()) {
    std::vector<std::string> verbs;
    for (auto const* each : group) verbs.push_back(each->verb);
    console.err << "error: conductor " << words.front()
                << (verb.front() == '-' ? " takes options behind its command, not before it: '" : " has no command '")
                << verb << "'" << meant(verb, verbs) << "\n\n";
  }
  console.err << help_of(words.front(), all);
  return exit_usage;
}

}  // namespace conductor::cli
