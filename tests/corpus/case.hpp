// The cases of the corpus, read from its YAML files (README.md).
#pragma once
#include "core/text/reader.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace conductor::tests::corpus {

struct Expected {
  std::string pointer, says;  // `*` in `says`: any text
};

struct Case {
  std::string file, title;
  boost::json::value document;      // the changed base
  std::optional<std::string> text;  // or the whole text
  std::vector<Expected> problems;
  int line = 0, column = 0;  // of the first problem; 0: not looked at
};

// Of every *.yaml in a folder of the corpus, sorted by file. Throws std::runtime_error when a file is wrong itself.
std::vector<Case> read_cases(std::string const& folder);

bool matches(std::string_view pattern, std::string_view text);

}  // namespace conductor::tests::corpus
