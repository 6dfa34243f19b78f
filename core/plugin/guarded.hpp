// The other kinds behind their guards (guarded_store.hpp has the store). Arguments are copied: a call that overruns its
// deadline outlives the caller.
#pragma once
#include "conductor/sdk/sdk.hpp"
#include "core/plugin/guard.hpp"
#include "core/plugin/registry.hpp"

namespace conductor::plugin {

// What all of them answer for health: first whether any thread is left.
template <class Kind>
sdk::Result<void> guarded_health(Guard& guard, std::shared_ptr<Kind> const& plugin, sdk::Call const& call) {
  if (auto ready = guard.ready(); !ready) return ready;
  return guard.run<void>(call, "health", [plugin, call] { return plugin->health(call); });
}

class GuardedInventory final : public sdk::InventoryProvider, public sdk::CandidateKeeper {
 public:
  GuardedInventory(std::shared_ptr<sdk::InventoryProvider> plugin, Guard& guard)
      : plugin_(std::move(plugin)), keeper_(std::dynamic_pointer_cast<sdk::CandidateKeeper>(plugin_)), guard_(guard) {}

  sdk::Result<void> health(sdk::Call const& call) override { return guarded_health(guard_, plugin_, call); }
  sdk::Result<sdk::CandidateList> resolve(sdk::Call const& call, sdk::Demand const& demand) override {
    return guard_.run<sdk::CandidateList>(call, "resolve",
                                          [p = plugin_, call, demand] { return p->resolve(call, demand); });
  }
  sdk::Result<sdk::KeptCandidates> resolve_kept(sdk::Call const& call, sdk::Demand const& demand) override {
    if (!keeper_)
      return sdk::Error{sdk::Errc::internal,
                        "the plugin claims `keeps_candidates` and does not implement CandidateKeeper"};
    return guard_.run<sdk::KeptCandidates>(call, "resolve",
                                           [p = keeper_, call, demand] { return p->resolve_kept(call, demand); });
  }
  sdk::Result<sdk::Location> locate(sdk::Call const& call, sdk::LocationQuery const& query) override {
    return guard_.run<sdk::Location>(call, "locate", [p = plugin_, call, query] { return p->locate(call, query); });
  }
  sdk::Result<std::vector<sdk::RegionKey>> regions_with_role(sdk::Call const& call, std::string const& role) override {
    return guard_.run<std::vector<sdk::RegionKey>>(
        call, "regions_with_role", [p = plugin_, call, role] { return p->regions_with_role(call, role); });
  }
  sdk::Result<std::vector<std::string>> roles_of_host(sdk::Call const& call, std::string const& host_id) override {
    return guard_.run<std::vector<std::string>>(
        call, "roles_of_host", [p = plugin_, call, host_id] { return p->roles_of_host(call, host_id); });
  }
  sdk::Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(
      sdk::Call const& call, std::string const& description) override {
    return guard_.run<std::vector<std::pair<std::string, std::string>>>(
        call, "pairs_of_group", [p = plugin_, call, description] { return p->pairs_of_group(call, description); });
  }

 private:
  std::shared_ptr<sdk::InventoryProvider> plugin_;
  std::shared_ptr<sdk::CandidateKeeper> keeper_;  // null when it does not keep them
  Guard& guard_;
};

class GuardedController final : public sdk::ServiceController, public sdk::CapacityJudge {
 public:
  GuardedController(std::shared_ptr<sdk::ServiceController> plugin, Guard& guard)
      : plugin_(std::move(plugin)), judge_(std::dynamic_pointer_cast<sdk::CapacityJudge>(plugin_)), guard_(guard) {}

  sdk::Result<void> health(sdk::Call const& call) override { return guarded_health(guard_, plugin_, call); }
  sdk::Result<std::vector<std::size_t>> filter(sdk::Call const& call, sdk::CapacityQuestion const& question) override {
    return guard_.run<std::vector<std::size_t>>(call, "filter",
                                                [p = plugin_, call, question] { return p->filter(call, question); });
  }
  sdk::Result<std::vector<sdk::CapacityVerdict>> judge(sdk::Call const& call,
                                                       sdk::CapacityQuestion const& question) override {
    if (!judge_)
      return sdk::Error{sdk::Errc::internal, "the plugin claims `explains` and does not implement CapacityJudge"};
    return guard_.run<std::vector<sdk::CapacityVerdict>>(
        call, "judge", [p = judge_, call, question] { return p->judge(call, question); });
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> reserve(sdk::Call const& call, std::string const& service_model,
                                                    std::vector<sdk::ReserveItem> const& items, std::int64_t attempt,
                                                    std::int64_t fencing, sdk::WallTime expires) override {
    return guard_.run<std::vector<sdk::HoldAnswer>>(call, "reserve", [=, p = plugin_] {
      return p->reserve(call, service_model, items, attempt, fencing, expires);
    });
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> release(sdk::Call const& call, std::vector<sdk::ReleaseItem> const& items,
                                                    std::int64_t fencing, std::string const& reason) override {
    return guard_.run<std::vector<sdk::HoldAnswer>>(
        call, "release", [=, p = plugin_] { return p->release(call, items, fencing, reason); });
  }
  sdk::Result<std::vector<sdk::HoldAnswer>> query(sdk::Call const& call,
                                                  std::vector<std::string> const& keys) override {
    return guard_.run<std::vector<sdk::HoldAnswer>>(call, "query",
                                                    [p = plugin_, call, keys] { return p->query(call, keys); });
  }

 private:
  std::shared_ptr<sdk::ServiceController> plugin_;
  std::shared_ptr<sdk::CapacityJudge> judge_;  // null when it does not say why
  Guard& guard_;
};

class GuardedVim final : public sdk::VimController {
 public:
  GuardedVim(std::shared_ptr<sdk::VimController> plugin, Guard& guard) : plugin_(std::move(plugin)), guard_(guard) {}

  sdk::Result<void> health(sdk::Call const& call) override { return guarded_health(guard_, plugin_, call); }
  sdk::Result<std::vector<std::string>> with_capacity(sdk::Call const& call,
                                                      sdk::VimQuestion const& question) override {
    return guard_.run<std::vector<std::string>>(
        call, "with_capacity", [p = plugin_, call, question] { return p->with_capacity(call, question); });
  }

 private:
  std::shared_ptr<sdk::VimController> plugin_;
  Guard& guard_;
};

class GuardedStrategy final : public Strategy {
 public:
  GuardedStrategy(std::shared_ptr<sdk::SolverStrategy> plugin, Guard& guard)
      : plugin_(std::move(plugin)), guard_(guard) {}

  sdk::Result<sdk::Solved> solve(sdk::Call const& call, std::shared_ptr<sdk::Problem const> problem,
                                 std::shared_ptr<sdk::ProgressSink> progress) override {
    return guard_.run<sdk::Solved>(call, "solve",
                                   [p = plugin_, call, problem = std::move(problem), progress = std::move(progress)] {
                                     return p->solve(call, *problem, *progress);
                                   });
  }

 private:
  std::shared_ptr<sdk::SolverStrategy> plugin_;
  Guard& guard_;
};

}  // namespace conductor::plugin
