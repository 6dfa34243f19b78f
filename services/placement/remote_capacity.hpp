// The part of remote.hpp that asks for room, and what remembers all answers.
#pragma once
#include "services/placement/remote.hpp"

#include <functional>

namespace conductor::services::placement {

// For fetch().
sdk::Result<void> fetch_capacity(sdk::Call const& call, Remote& remote, Questions const& questions, Answers& answers);

// Remembers for the life of one solve what was asked (solver specification S02): explanations ask again, and about more
// candidates. One thread at a time.
class RememberingRemote final : public Remote {
 public:
  explicit RememberingRemote(Remote& remote) : remote_(remote) {}  // outlives it
  sdk::Result<json::object> regions_with_roles(sdk::Call const& call, std::set<std::string> const& roles) override {
    return remember(roles_, roles, [&](auto const& open) { return remote_.regions_with_roles(call, open); });
  }
  sdk::Result<json::object> roles_of_hosts(sdk::Call const& call, std::set<std::string> const& hosts) override {
    return remember(hosts_, hosts, [&](auto const& open) { return remote_.roles_of_hosts(call, open); });
  }
  sdk::Result<json::object> pairs_of_groups(sdk::Call const& call, std::set<std::string> const& descriptions) override {
    return remember(groups_, descriptions, [&](auto const& open) { return remote_.pairs_of_groups(call, open); });
  }
  sdk::Result<json::object> latency_rules(sdk::Call const& call) override;
  sdk::Result<std::vector<VimAnswer>> vims_with_capacity(sdk::Call const& call,
                                                         std::vector<VimCheck> const& checks) override;
  sdk::Result<std::vector<FitAnswer>> candidates_with_capacity(sdk::Call const& call,
                                                               std::vector<FitCheck> const& checks) override;

 private:
  struct Known {
    std::set<std::string> asked;
    json::object answer;  // by what was asked; nothing for what has none
  };
  using Ask = std::function<sdk::Result<json::object>(std::set<std::string> const& open)>;
  static sdk::Result<json::object> remember(Known& known, std::set<std::string> const& items, Ask const& ask);

  struct KnownVims {
    std::set<std::string> asked;
    VimAnswer answer;
  };
  Remote& remote_;
  Known roles_, hosts_, groups_;
  std::optional<json::object> latency_rules_;
  std::map<VimNeed, KnownVims> vims_;
  std::map<FitKey, FitAnswer> fits_;
};

}  // namespace conductor::services::placement
