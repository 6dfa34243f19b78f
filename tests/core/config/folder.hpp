// A directory of the test's own, removed with everything in it, and the shortest way to load what a test wrote into it.
#pragma once
#include "core/config/config.hpp"

#include <stdlib.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace conductor::config::test {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "conductor-config-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a directory " + name);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;

  std::filesystem::path const& path() const { return path_; }
  std::filesystem::path write(std::filesystem::path const& name, std::string const& text) const {
    auto const file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms(0640));
    return file;
  }

 private:
  std::filesystem::path path_;
};

// One file with this text and nothing else: no default places, no environment.
inline Loaded load_text(Catalogue const& catalogue, std::string const& text) {
  Folder const folder;
  Sources sources{.default_places = false, .environment = false};
  sources.files = {folder.write("conductor.conf", text)};
  sources.search_directories = {folder.path()};
  return load(catalogue, sources);
}

inline std::string all(std::vector<Problem> const& problems) {
  std::string out;
  for (auto const& problem : problems) {
    auto shown = problem;
    shown.file = problem.file.filename();
    out += shown.where() + "\n";
  }
  return out;
}

// A catalogue of one section for what a test is about.
inline Catalogue catalogue_of(sdk::Schema const& schema) {
  Catalogue out;
  out.add(schema);
  return out;
}

}  // namespace conductor::config::test
