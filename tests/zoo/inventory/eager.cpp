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

constexpr conductor::sdk::Descriptor lie() {
  auto made = conductor::sdk::detail::describe("inventory", "eager", "1.0.0", "an animal", 0);
  made.stamp.boost = 107400;
  return made;
}
}  // namespace

extern "C" {
extern __attribute__((visibility("default"))) const conductor::sdk::Descriptor conductor_plugin_descriptor;
extern __attribute__((visibility("default"))) const conductor::sdk::Entry conductor_plugin_entry;
constinit const conductor::sdk::Descriptor conductor_plugin_descriptor = lie();
constinit const conductor::sdk::Entry conductor_plugin_entry = {nullptr, nullptr};
}
