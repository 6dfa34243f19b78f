// A registry with one strategy, under the name that plans get by default.
#pragma once
#include "core/plugin/registry.hpp"

namespace conductor::tests::solver {

class OneStrategy final : public plugin::Registry {
 public:
  explicit OneStrategy(plugin::Strategy& strategy) : strategy_(strategy) {}
  std::vector<std::pair<std::string, sdk::InventoryProvider*>> inventory() override { return {}; }
  std::vector<std::pair<std::string, sdk::ServiceController*>> controllers() override { return {}; }
  std::vector<std::pair<std::string, sdk::VimController*>> vims() override { return {}; }
  sdk::Store* store() override { return nullptr; }
  plugin::Strategy* strategy(std::string const& name) override { return name == "optimal" ? &strategy_ : nullptr; }
  std::vector<std::string> strategies() override { return {"optimal"}; }
  sdk::Capabilities capabilities(std::string_view, std::string_view) override { return 0; }

 private:
  plugin::Strategy& strategy_;
};

}  // namespace conductor::tests::solver
