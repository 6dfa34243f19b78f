// Commands and their options as data: parsing, help and completion all read this one table, so that none can know an
// option that the others do not.
#pragma once
#include "services/cli/console.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conductor::cli {

struct Option {
  std::string name;                    // without dashes
  char letter = 0;                     // of the short form; 0: none
  std::string value{};                 // what the help calls the value: "URL"; empty: a switch
  std::string help{};                  // one sentence
  bool repeats = false;                // may be given several times
  std::vector<std::string> choices{};  // for completion and for a check of the value; empty: anything
  bool file = false;                   // completion offers files
};

class Invocation;

struct Command {
  struct Example {
    std::string line, says;
  };
  std::string group, verb;  // "plan", "create"; a group with an empty verb is a command by itself
  std::string operand{};    // "TEMPLATE"; empty: none. In brackets: may be left out
  bool operand_is_file = false;
  bool many_operands = false;                  // several words, which are joined by blanks
  std::vector<std::string> operand_choices{};  // for completion
  std::string summary{};                       // one line
  std::string about{};                         // paragraphs; lines at most 100 characters
  std::vector<Example> examples{};
  std::vector<Option> options{};
  // The exit status. Throws Ended. Null: parsed elsewhere, here for help and completion only.
  std::function<int(Invocation const&, Console&)> run{};

  std::string title() const { return "conductor " + group + (verb.empty() ? "" : " " + verb); }
  Option const* option(std::string_view name) const;
};

using Commands = std::vector<Command>;

// A command line that was parsed.
class Invocation {
 public:
  explicit Invocation(Command const& command) : command_(&command) {}
  Command const& command() const { return *command_; }
  std::string const& operand() const { return operand_; }
  bool has(std::string const& name) const { return values_.contains(name); }
  // The value of an option; empty when it was not given.
  std::string value(std::string const& name) const;
  std::vector<std::string> values(std::string const& name) const;
  // A number of the given range; throws Ended with exit_usage for anything else. Nothing when it was not given.
  std::optional<double> number(std::string const& name, double least, double most) const;
  std::optional<long> integer(std::string const& name, long least, long most) const;

 private:
  friend Invocation parse(Command const& command, std::vector<std::string> const& words);
  Command const* command_;
  std::string operand_;
  std::map<std::string, std::vector<std::string>> values_;
};

// Reads what stands behind the command's name. Throws Ended with exit_usage; the text says what is wrong and, for
// mistyped options, what may have been meant.
Invocation parse(Command const& command, std::vector<std::string> const& words);

// "usage: conductor plan create TEMPLATE [options]"
std::string usage_line(Command const& command);
// Usage, what the command does, options, examples.
std::string help_of(Command const& command);
// The same for a group: its commands with a line each.
std::string help_of(std::string const& group, Commands const& all);

// The commands of a group in the order of the table.
std::vector<Command const*> in_group(std::string const& group, Commands const& all);
// Whether the table has the group.
bool has_group(std::string const& group, Commands const& all);

// Runs `conductor GROUP ...` when the table has the group and a function for it; `words` begin with the group.
// Prints help and errors itself. Nothing when the table does not have it.
std::optional<int> run(Commands const& all, std::vector<std::string> const& words, Console& console);

}  // namespace conductor::cli
