// Looks at the file system only; what stands in the files is the loader's.
#include "core/config/places.hpp"

#include <algorithm>
#include <cstdlib>

namespace conductor::config {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> default_directories() {
  std::vector<fs::path> out;
  char const* home = std::getenv("HOME");
  if (home && *home) out.insert(out.end(), {fs::path(home) / ".conductor", fs::path(home)});
  out.insert(out.end(), {"/etc/conductor", "/etc"});
  return out;
}

void add_directory(fs::path const& directory, Places& out) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".conf" && !at->is_directory()) found.push_back(at->path());
  if (error)
    out.problems.push_back({directory, 0, "", "", "configuration directory cannot be read: " + error.message()});
  std::ranges::sort(found);
  out.files.insert(out.files.end(), found.begin(), found.end());
}

// The first match for each name, `conductor` before the program's own.
void add_default_places(Sources const& sources, Places& out) {
  std::vector<std::string> names{"conductor"};
  if (sources.program != "conductor") names.push_back(sources.program);
  std::error_code ignored;
  for (auto const& name : names)
    for (auto const& place : out.search_directories)
      if (auto const file = place / (name + ".conf"); fs::is_regular_file(file, ignored)) {
        out.files.push_back(file);
        break;
      }
  for (auto const& name : names)
    for (auto const& place : out.search_directories)
      if (auto const directory = place / (name + ".conf.d"); fs::is_directory(directory, ignored)) {
        add_directory(directory, out);
        break;
      }
}

}  // namespace

Places find_files(Sources const& sources) {
  Places out;
  std::error_code error;
  for (auto const& place : sources.search_directories.empty() ? default_directories() : sources.search_directories)
    out.search_directories.push_back(fs::absolute(place, error));
  if (sources.files.empty() && sources.directories.empty()) {
    if (sources.default_places) add_default_places(sources, out);
    return out;
  }
  for (auto const& named : sources.files) {
    auto const file = fs::absolute(named, error);
    if (!fs::exists(file, error))
      out.problems.push_back(
          {file, 0, "", "", "configuration file does not exist; name another one with --config-file"});
    else if (fs::is_directory(file, error))
      out.problems.push_back({file, 0, "", "", "configuration file is a directory; use --config-dir for it"});
    else
      out.files.push_back(file);
  }
  for (auto const& named : sources.directories) {
    auto const directory = fs::absolute(named, error);
    if (fs::is_directory(directory, error))
      add_directory(directory, out);
    else
      out.problems.push_back(
          {directory, 0, "", "", "configuration directory does not exist; name another one with --config-dir"});
  }
  return out;
}

}  // namespace conductor::config
