#include "tests/layering/sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace conductor::layering {

namespace fs = std::filesystem;

namespace {

std::string_view trimmed(std::string_view line) {
  auto const begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

}  // namespace

fs::path root() {
  char const* const given = std::getenv("CONDUCTOR_SOURCE_DIR");
  if (given == nullptr) throw std::runtime_error("CONDUCTOR_SOURCE_DIR is not set; run the tests with ctest");
  return given;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> found;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string whole; std::getline(lines, whole);) {
    ++number;
    auto line = trimmed(whole);
    if (!line.starts_with('#')) continue;
    line = trimmed(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = trimmed(line.substr(7));
    if (line.empty() || (line[0] != '"' && line[0] != '<')) continue;
    auto const end = line.find(line[0] == '"' ? '"' : '>', 1);
    found.push_back({number, line[0] == '"', std::string(line.substr(1, end - 1))});
  }
  return found;
}

std::vector<Source> sources_below(std::string const& folder) {
  std::vector<Source> all;
  for (auto const& item : fs::recursive_directory_iterator(root() / folder)) {
    auto const extension = item.path().extension();
    if (!item.is_regular_file() || (extension != ".hpp" && extension != ".cpp")) continue;
    std::ifstream in(item.path(), std::ios::binary);
    Source source{.path = fs::relative(item.path(), root()).generic_string(),
                  .text = {std::istreambuf_iterator<char>(in), {}},
                  .includes = {}};
    source.includes = includes_of(source.text);
    all.push_back(std::move(source));
  }
  std::ranges::sort(all, {}, &Source::path);
  return all;
}

std::size_t code_lines(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);)
    if (auto const code = trimmed(line); !code.empty() && !code.starts_with("//")) ++count;
  return count;
}

}  // namespace conductor::layering
