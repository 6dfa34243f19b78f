// Fault: built with a sanitizer that this host may not have.
#include "animal.hpp"

namespace {

constexpr conductor::sdk::Descriptor lie() {
  auto made = conductor::sdk::detail::describe("inventory", "other_sanitizer", "1.0.0", "an animal", 0);
  made.stamp.sanitizer = 7;
  return made;
}
}  // namespace

extern "C" {
extern __attribute__((visibility("default"))) const conductor::sdk::Descriptor conductor_plugin_descriptor;
extern __attribute__((visibility("default"))) const conductor::sdk::Entry conductor_plugin_entry;
constinit const conductor::sdk::Descriptor conductor_plugin_descriptor = lie();
constinit const conductor::sdk::Entry conductor_plugin_entry = {nullptr, nullptr};
}
