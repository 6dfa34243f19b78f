// The source tree as the layering tests see it: files, their #include lines, and how many lines of code they have.
// Knows no rule.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::layering {

struct Include {
  int line = 0;
  bool quoted = false;  // "…", else <…>
  std::string target;
};

// `path` is relative to the root of the sources, with slashes.
struct Source {
  std::string path, text;
  std::vector<Include> includes;
  std::string folder() const { return path.substr(0, path.rfind('/')); }
};

// From CONDUCTOR_SOURCE_DIR, which ctest sets.
std::filesystem::path root();
// All *.hpp and *.cpp below a folder of the root, sorted by path.
std::vector<Source> sources_below(std::string const& folder);
std::vector<Include> includes_of(std::string_view text);
// Lines that are neither blank nor nothing but a comment.
std::size_t code_lines(std::string_view text);

}  // namespace conductor::layering
