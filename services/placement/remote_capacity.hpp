// The part of remote.hpp that asks for room.
#pragma once
#include "services/placement/remote.hpp"

namespace conductor::services::placement {

// For fetch().
sdk::Result<void> fetch_capacity(sdk::Call const& call, Remote& remote, Questions const& questions, Answers& answers);

// Remembers for the life of one solve who has room (solver specification S02): explanations ask again, and about more
// candidates. All other questions go through. One thread at a time.
class RememberingRemote final : public Remote {
 public:
  explicit RememberingRemote(Remote& remote) : remote_(remote) {}  // outlives it
  sdk::Result<json::object> regions_with_roles(sdk::Call const& call, std::set<std::string> const& roles) override {
    return remote_.regions_with_roles(call, roles);
  }
  sdk::Result<json::object> roles_of_hosts(sdk::Call const& call, std::set<std::string> const& hosts) override {
    return remote_.roles_of_hosts(call, hosts);
  }
  sdk::Result<json::object> pairs_of_groups(sdk::Call const& call, std::set<std::string> const& descriptions) override {
    return remote_.pairs_of_groups(call, descriptions);
  }
  sdk::Result<json::object> latency_rules(sdk::Call const& call) override { return remote_.latency_rules(call); }
  sdk::Result<std::vector<VimAnswer>> vims_with_capacity(sdk::Call const& call,
                                                         std::vector<VimCheck> const& checks) override;
  sdk::Result<std::vector<FitAnswer>> candidates_with_capacity(sdk::Call const& call,
                                                               std::vector<FitCheck> const& checks) override;

 private:
  struct KnownVims {
    std::set<std::string> asked;
    VimAnswer answer;
  };
  Remote& remote_;
  std::map<VimNeed, KnownVims> vims_;
  std::map<FitKey, FitAnswer> fits_;
};

}  // namespace conductor::services::placement
