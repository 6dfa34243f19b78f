// Configuration: options declared as data (sdk::Schema), read from INI files, environment and command line, checked as a whole.
#pragma once
#include "conductor/sdk/settings.hpp"
#include "conductor/sdk/result.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace conductor::config {

// All sections that anybody declared. A section may be declared in parts (core, service, plugin); an option only once.
class Catalogue {
 public:
  // `origin` is what the sample file calls the name space: `conductor`, or the plugin's name.
  // The same option declared twice is a programming error (std::logic_error).
  void add(sdk::Schema const& schema, std::string const& origin = "conductor");
  struct Entry {
    std::string section, origin;
    sdk::Option option;
  };
  std::vector<Entry> const& entries() const { return entries_; }
  // The entry of that name, dashes and underscores alike, old names included; null when none.
  Entry const* find(std::string const& section, std::string const& option) const;
  bool has_section(std::string const& section) const;

 private:
  std::vector<Entry> entries_;
};

// Where values come from, in rising precedence: files in order, directories, OS_{GROUP}__{OPTION}, command line.
struct Sources {
  std::vector<std::filesystem::path> files, directories;
  std::map<std::string, std::string> overrides;   // "section.option" -> value, from the command line
  std::string program = "conductor";              // for the default places
  bool default_places = true;                     // look in them when neither files nor directories are given
  bool environment = true;
};

// Something an operator should mend. Line 0: not from a file.
struct Problem {
  std::filesystem::path file;
  int line = 0;
  std::string section, option, text;
  std::string where() const;  // "file:line: [section] option: text"
};

// Checked values of all declared sections; immutable.
class Config {
 public:
  // Throws std::logic_error for a section nobody declared.
  sdk::Settings const& section(std::string const& name) const;
  // Where a value came from: "file:line", "environment", "command line" or "default".
  std::string origin(std::string const& section, std::string const& option) const;
  // True when it was given anywhere.
  bool given(std::string const& section, std::string const& option) const;
  std::vector<std::filesystem::path> const& files() const { return files_; }

  std::map<std::string, sdk::Settings> sections_;
  std::map<std::string, std::string> origins_;
  std::vector<std::filesystem::path> files_;
};

struct Loaded {
  Config config;
  std::vector<Problem> errors;    // any: the configuration must not be used
  std::vector<Problem> warnings;  // unknown options and sections, deprecated names
};

// Reads and checks everything; collects all problems. A named file that is missing is an error among them.
Loaded load(Catalogue const& catalogue, Sources const& sources);

}  // namespace conductor::config
