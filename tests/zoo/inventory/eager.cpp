// Fault: has a static initialiser, and a stamp that forbids to run it.
#include "animal.hpp"

#include <cstdlib>
#include <fstream>

namespace {
// Runs at dlopen, long before anybody could ask the plugin anything.
struct Witness {
  Witness() {
    if (char const* file = std::getenv("ZOO_WITNESS")) std::ofstream(file) << "code of the plugin ran";
  }
} const witness;

}  // namespace

ZOO_LIE("eager", made.stamp.boost = 107400);
