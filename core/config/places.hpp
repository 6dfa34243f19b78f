// Which configuration files are read (configuration specification 1): those named, else the default places.
#pragma once
#include "core/config/config.hpp"

namespace conductor::config {

struct Places {
  std::vector<std::filesystem::path> files;               // absolute, in rising precedence; each was found
  std::vector<std::filesystem::path> search_directories;  // absolute
  std::vector<Problem> problems;                          // named ones that are missing or of the wrong kind
};

Places find_files(Sources const& sources);

}  // namespace conductor::config
