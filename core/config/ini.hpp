// The syntax of configuration files (configuration specification 2): sections, assignments, continuation lines, quotes.
// Knows no option; what a value means is value.hpp's, where `$name` points is substitute.hpp's.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::config {

struct Assignment {
  std::string section, name, value;
  int line = 0;  // where the name stands; continuation lines follow it
};

struct SyntaxError {
  int line = 0;
  std::string text;
};

struct IniFile {
  std::vector<Assignment> assignments;                // in the file's order, repetitions included
  std::vector<std::pair<std::string, int>> sections;  // header and its line
  std::vector<SyntaxError> errors;
};

// Reads on after an error, so that all of them are found at once. Lines of a continued value are joined by '\n'.
IniFile parse_ini(std::string_view text);

// Without blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace conductor::config
