// Fault: built for a newer minor version of the SDK.
#include "animal.hpp"

namespace {

constexpr conductor::sdk::Descriptor lie() {
  auto made = conductor::sdk::detail::describe("inventory", "newer_sdk", "1.0.0", "an animal", 0);
  made.stamp.minor = 99;
  return made;
}
}  // namespace

extern "C" {
extern __attribute__((visibility("default"))) const conductor::sdk::Descriptor conductor_plugin_descriptor;
extern __attribute__((visibility("default"))) const conductor::sdk::Entry conductor_plugin_entry;
constinit const conductor::sdk::Descriptor conductor_plugin_descriptor = lie();
constinit const conductor::sdk::Entry conductor_plugin_entry = {nullptr, nullptr};
}
