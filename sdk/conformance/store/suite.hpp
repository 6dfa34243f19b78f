// The conformance suite of stores: every rule of the store contract that can be checked through sdk::Store alone, on
// any plugin. Used by `conductor plugin check` on real shared objects and by the plugins' own tests. What needs several
// processes, a faulty network or a crash is left to the tests of each plugin.
#pragma once
#include "conductor/sdk/store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace conductor::sdk::conformance {

// What the suite runs against. Rules use ids of their own, so a store that holds other data serves too.
struct StoreSetup {
  // Opens one more instance on the same storage, started; the suite stops it. Null: a failure of the rule.
  std::function<std::unique_ptr<Store>()> open;
  Clock* clock = nullptr;  // of the host of these instances; must really move
  Capabilities capabilities = 0;
  // Client threads, and the part of the contract's rounds that is run: 1.0 takes minutes.
  unsigned threads = 8;
  double scale = 0.05;
  // Damages one stored part of a document behind the plugin's back; empty: cannot be done, BLB-5 is skipped.
  std::function<void(BlobKey const& key, std::string const& generation)> damage_blob;
};

class StoreBench;

struct StoreRule {
  std::string_view id;        // of the contract: "CAS-3"
  std::string_view sentence;  // what holds
  Capabilities needs = 0;     // not claimed: skipped
  void (*check)(StoreBench& bench) = nullptr;
};

enum class RuleState { passed, failed, not_claimed };

struct RuleVerdict {
  RuleState state = RuleState::passed;
  std::vector<std::string> failures;  // sentences; the first hundred
};

// All rules, in the order of the contract.
std::vector<StoreRule> const& store_rules();
RuleVerdict run_rule(StoreRule const& rule, StoreSetup const& setup);

}  // namespace conductor::sdk::conformance
