// The product's version, from the build.
#pragma once
#include <string>

namespace conductor::cli {

inline std::string version() { return CONDUCTOR_VERSION; }
inline std::string version_line() { return "conductor " + version(); }

}  // namespace conductor::cli
