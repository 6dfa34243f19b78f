// What the animals of the zoo share: an inventory provider that works, for one fault to be put in.
#pragma once
#include "conductor/sdk/sdk.hpp"

namespace conductor::zoo {

class Animal : public sdk::InventoryProvider {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::cloud;
  static void describe(sdk::Schema& schema) { schema.text("food", "What it eats.").default_to("hay"); }
  Animal(sdk::Host&, sdk::Settings const&) {}
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const&, sdk::Demand const&) override {
    return sdk::CandidateList{};
  }
};

}  // namespace conductor::zoo

#define ZOO_EXPORT extern "C" __attribute__((visibility("default")))

// An animal whose descriptor lies: `change` is applied to `made`. Nothing of it is ever called.
#define ZOO_LIE(name, change)                                                                                 \
  namespace {                                                                                                 \
  constexpr conductor::sdk::Descriptor lie() {                                                                \
    auto made = conductor::sdk::detail::describe("inventory", name, "1.0.0", "an animal", 0);                 \
    change;                                                                                                   \
    return made;                                                                                              \
  }                                                                                                           \
  }                                                                                                           \
  extern "C" {                                                                                                \
  extern __attribute__((visibility("default"))) const conductor::sdk::Descriptor conductor_plugin_descriptor; \
  extern __attribute__((visibility("default"))) const conductor::sdk::Entry conductor_plugin_entry;           \
  constinit const conductor::sdk::Descriptor conductor_plugin_descriptor = lie();                             \
  constinit const conductor::sdk::Entry conductor_plugin_entry = {nullptr, nullptr};                          \
  }                                                                                                           \
  static_assert(true)
