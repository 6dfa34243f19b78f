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
