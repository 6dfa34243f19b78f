// Configuration: options declared as data (sdk::Schema), read from INI files, environment and command line, checked as
// a whole.
#pragma once
#include "conductor/sdk/settings.hpp"
#include "conductor/sdk/result.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace conductor::config {

// All sections that anybody declared. A section may be declared in parts (core, service, plugin); an option only once.
class Catalogue {
 public:
  // `origin` is what the sample file calls the name space: `conductor`, or the plugin's name.
  // The same option declared twice is a programming error (std::logic_error).
  void add(sdk::Schema const& schema, std::string const& origin = "conductor");
  // The options of sections that operators name themselves: [cors.ui], [cors.other] for the section `cors`, which is
  // declared with the same options on its own. Such sections exist when a file has them.
  void add_family(sdk::Schema const& schema, std::string const& origin = "conductor");
  // Declares the section if it belongs to a family.
  void extend(std::string const& section);
  struct Entry {
    std::string section, origin;
    sdk::Option option;
  };
  std::vector<Entry> const& entries() const { return entries_; }
  // The entry of that name, dashes and underscores alike, old names included; null when none. A current name goes
  // before an old one.
  Entry const* find(std::string const& section, std::string const& option) const;
  bool has_section(std::string const& section) const;
  std::set<std::string> const& sections() const { return sections_; }
  // A section that other programs read from the same files: neither checked nor warned about.
  void ignore(std::string section) { ignored_.insert(std::move(section)); }
  bool ignores(std::string const& section) const { return ignored_.contains(section); }

 private:
  std::vector<Entry> entries_;
  std::set<std::string> sections_, ignored_;
  std::vector<std::pair<sdk::Schema, std::string>> families_;
};

// Where values come from, in rising precedence: files in order, directories, OS_{GROUP}__{OPTION}, command line.
struct Sources {
  std::vector<std::filesystem::path> files{}, directories{};
  std::map<std::string, std::string> overrides{};  // "section.option" -> value, from the command line
  std::string program = "conductor";               // for the default places
  bool default_places = true;                      // look in them when neither files nor directories are given
  bool environment = true;
  // The default places, and where relative `path` options are looked up after the configuration file's own directory.
  // Empty: ~/.conductor, ~, /etc/conductor, /etc.
  std::vector<std::filesystem::path> search_directories{};
};

// Something an operator should mend. Line 0: not from a file.
struct Problem {
  std::filesystem::path file;
  int line = 0;
  std::string section, option, text;
  std::string where() const;  // "file:line: [section] option: text"
};

// Checked values of all declared sections; immutable. Made by load() alone: for a test,
// `load(catalogue, {.overrides = {{"api.bind_port", "0"}}, .default_places = false, .environment = false})`.
class Config {
 public:
  // Throws std::logic_error for a section nobody declared.
  sdk::Settings const& section(std::string const& name) const;
  // The sections that files have of a family: "cors.other", "cors.ui" for "cors".
  std::vector<std::string> family(std::string const& name) const;
  // Where a value came from: "file:line", "environment", "command line" or "default".
  std::string origin(std::string const& section, std::string const& option) const;
  // True when it was given anywhere.
  bool given(std::string const& section, std::string const& option) const;
  // Those that were read, in rising precedence.
  std::vector<std::filesystem::path> const& files() const { return files_; }
  // A problem with this option's value, at the place where it was given: for checks across options.
  Problem problem(std::string const& section, std::string const& option, std::string text) const;
  // The file a relative name inside this option means (items of lists; `path` options are located already): beside the
  // configuration file that gave it, else in the search directories, else beside the configuration file.
  std::filesystem::path located(std::string const& section, std::string const& option,
                                std::filesystem::path const& name) const;

 private:
  friend class Loader;
  struct Origin {
    enum class Kind { unset, file, environment, command_line } kind = Kind::unset;
    std::filesystem::path file;
    int line = 0;
  };
  Origin const& origin_of(std::string const& section, std::string const& option) const;
  std::filesystem::path located(Origin const& origin, std::filesystem::path const& name) const;

  std::map<std::string, sdk::Settings> sections_;
  std::map<std::pair<std::string, std::string>, Origin> origins_;
  std::vector<std::filesystem::path> files_, search_directories_;
};

struct Loaded {
  Config config;
  std::vector<Problem> errors;    // any: the configuration must not be used
  std::vector<Problem> warnings;  // unknown options and sections, deprecated names
};

// Reads and checks everything; collects all problems. A named file that is missing is an error among them.
// Blocks on the file system; uses no state but the environment.
Loaded load(Catalogue const& catalogue, Sources const& sources);

}  // namespace conductor::config
