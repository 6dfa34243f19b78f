// conductor completion bash: a script from the table of commands.
#include "services/cli/completion.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/local_commands.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

// In bash's single quotes.
std::string in_quotes(std::string const& text) {
  std::string result = "'";
  for (char const c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// As a list that bash splits at line ends, since a choice may have blanks in it.
std::string word_list(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : "\n") + word;
  return in_quotes(text);
}

std::string spellings(Option const& option) {
  return "--" + option.name + (option.letter == 0 ? "" : std::string("|-") + option.letter);
}

std::vector<std::string> option_words(Command const& command) {
  std::vector<std::string> words;
  for (auto const& option : command.options) {
    words.push_back("--" + option.name);
    if (option.letter != 0) words.push_back(std::string("-") + option.letter);
  }
  words.emplace_back("--help");
  words.emplace_back("-h");
  return words;
}

// What stands behind an option that has a value.
std::string value_branches(Command const& command) {
  std::string text;
  for (auto const& option : command.options) {
    if (option.value.empty()) continue;
    text += "        " + spellings(option) + ") ";
    if (!option.choices.empty())
      text += "words=" + word_list(option.choices);
    else
      text += option.file ? "kind=file" : "kind=anything";
    text += " ;;\n";
  }
  return text;
}

std::string branch(Command const& command) {
  // A command by itself has operands where others have their verb.
  std::string text =
      "    " +
      (command.verb.empty() ? in_quotes(command.group + " ") + "*" : in_quotes(command.group + " " + command.verb)) +
      ")\n";
  text += "      options=" + word_list(option_words(command)) + "\n";
  if (command.operand_is_file) text += "      operand=file\n";
  if (!command.operand_choices.empty()) text += "      operands=" + word_list(command.operand_choices) + "\n";
  auto const values = value_branches(command);
  if (!values.empty()) text += "      case \"$before\" in\n" + values + "      esac\n";
  return text + "      ;;\n";
}

std::vector<std::string> groups_of(Commands const& all) {
  std::vector<std::string> groups;
  for (auto const& command : all)
    if (groups.empty() || groups.back() != command.group) groups.push_back(command.group);
  return groups;
}

std::string verb_branches(Commands const& all) {
  std::string text;
  for (auto const& group : groups_of(all)) {
    std::vector<std::string> verbs;
    for (auto const* command : in_group(group, all))
      if (!command->verb.empty()) verbs.push_back(command->verb);
    if (!verbs.empty()) text += "    " + group + ") verbs=" + word_list(verbs) + " ;;\n";
  }
  return text;
}

}  // namespace

std::string bash_completion(Commands const& all) {
  auto groups = groups_of(all);
  groups.emplace_back("--help");
  groups.emplace_back("--version");
  std::string text = R"bash(# bash completion for conductor, written by: conductor completion bash
_conductor() {
  local IFS=$'\n'
  local line=("${COMP_WORDS[@]}") at=$COMP_CWORD
  # conductor-solver is conductor solver.
  case "${line[0]##*/}" in
    conductor-*) line=(conductor "${line[0]##*conductor-}" "${line[@]:1}"); at=$((at + 1)) ;;
  esac
  local word=${line[at]} before=${line[at-1]} group=${line[1]} verb=${line[2]}
  # The shell takes --output=json for three words.
  if [[ $word == '=' ]]; then word=
  elif [[ $before == '=' ]]; then before=${line[at-2]}; fi
  [[ ${line[at]} == '=' ]] && before=${line[at-1]}
  local verbs= options= words= kind= operand= operands=
  COMPREPLY=()
  if ((at == 1)); then
    words=)bash";
  text += word_list(groups);
  text += R"bash(
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  case "$group" in
)bash";
  text += verb_branches(all);
  text += R"bash(  esac
  if ((at == 2)) && [[ -n $verbs ]]; then
    COMPREPLY=($(compgen -W "$verbs" -- "$word"))
    return
  fi
  case "$group $verb" in
)bash";
  for (auto const& command : all) text += branch(command);
  text += R"bash(  esac
  if [[ -n $words ]]; then :
  elif [[ $kind == anything ]]; then return
  elif [[ $kind == file ]]; then :
  elif [[ $word == -* ]]; then words=$options
  elif [[ -n $operands ]]; then words=$operands
  elif [[ -n $operand ]]; then kind=$operand
  else words=$options; fi
  if [[ $kind == file ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$word"))
    return
  fi
  local each
  for each in $(compgen -W "$words" -- "$word"); do COMPREPLY+=("$(printf %q "$each")");
  done
}
complete -F _conductor conductor conductor-api conductor-controller conductor-data conductor-solver conductor-reservation
)bash";
  return text;
}

Command completion_command(std::function<Commands()> all) {
  return {.group = "completion",
          .verb = "",
          .operand = "SHELL",
          .operand_choices = {"bash"},
          .summary = "Prints a script that completes commands, options and their values; SHELL is bash.",
          .examples = {{"source <(conductor completion bash)", "For this shell"},
                       {"conductor completion bash > /etc/bash_completion.d/conductor", "For everybody"}},
          .run = [all = std::move(all)](Invocation const& invocation, Console& console) -> int {
            if (invocation.operand() != "bash")
              throw Ended(exit_usage, "there is completion for bash only, not for '" + invocation.operand() + "'");
            console.out << bash_completion(all());
            return exit_done;
          }};
}

}  // namespace conductor::cli
