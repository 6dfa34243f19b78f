// The strategy whose objects the test program links, made through its entry as the host would, and what it reported on
// the way.
#pragma once
#include "tests/plugins/solver/steady_host.hpp"

#include <memory>

extern "C" conductor::sdk::Entry const conductor_plugin_entry;

namespace conductor::tests::solver {

class Watch final : public sdk::ProgressSink {
 public:
  void incumbent(sdk::Assignment const& assignment, sdk::Cost cost) override {
    incumbents.emplace_back(assignment, cost);
  }
  void bound(sdk::Cost cost) override { bounds.push_back(cost); }
  std::vector<std::pair<sdk::Assignment, sdk::Cost>> incumbents;
  std::vector<sdk::Cost> bounds;
};

class StrategyUnderTest {
 public:
  StrategyUnderTest() {
    sdk::Schema schema;
    conductor_plugin_entry.describe(schema);
    plugin_.reset(conductor_plugin_entry.create(host_, sdk::testing::settings_of(schema)));
    strategy_ = dynamic_cast<sdk::SolverStrategy*>(plugin_.get());
  }
  sdk::Result<sdk::Solved> solve(sdk::Problem const& problem, sdk::Call const& call = {}) {
    watch = {};
    return strategy_->solve(call, problem, watch);
  }
  sdk::Call within(std::chrono::milliseconds time) { return sdk::Call{}.within(host_.clock(), time); }

  Watch watch;  // of the last solve

 private:
  SteadyHost host_;
  std::unique_ptr<sdk::Plugin> plugin_;
  sdk::SolverStrategy* strategy_ = nullptr;
};

}  // namespace conductor::tests::solver
