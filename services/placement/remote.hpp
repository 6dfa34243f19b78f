// What constraints must know that stands in no candidate: asked of the data service in one call per kind of question,
// before the search (solver specification S02), and kept for the life of the solve.
#pragma once
#include "conductor/sdk/call.hpp"
#include "conductor/sdk/store.hpp"
#include "core/rpc/rpc.hpp"
#include "services/placement/values.hpp"

#include <map>
#include <set>

namespace conductor::services::placement {

// The key of a candidate: inventory type and id.
using CandidateKey = std::pair<std::string, std::string>;

// Room for one VM profile, and where it is looked for.
struct VimNeed {
  double vcpus = 0, memory_gb = 0, storage_gb = 0;
  auto operator<=>(VimNeed const&) const = default;
};
struct VimCheck {
  VimNeed need;
  std::set<std::string> ids;
  std::set<std::string> askers;  // names of constraints, for messages
};
struct VimAnswer {
  std::set<std::string> ids;          // those with room
  std::set<std::string> unchecked{};  // why some controller's answer is missing; nobody is left out because of it
};

// What a service controller is asked for one constraint and one demand.
struct FitCheck {
  std::string name, type, demand, controller, request_type;
  json::object const* request = nullptr;  // of the plan
  std::map<CandidateKey, json::object const*> candidates{};
};
struct FitVerdict {
  bool room = false;
  std::string reason{};  // of the controller, may be empty
};
struct FitAnswer {
  std::map<CandidateKey, FitVerdict> verdicts;
  std::set<std::string> unchecked{};  // as above
};

// The data service. Each method answers as core/model/data_topic.hpp says, without the outer key. Blocks until
// call.deadline.
class Remote {
 public:
  virtual ~Remote() = default;
  virtual sdk::Result<json::object> regions_with_roles(sdk::Call const& call, std::set<std::string> const& roles) = 0;
  virtual sdk::Result<json::object> roles_of_hosts(sdk::Call const& call, std::set<std::string> const& hosts) = 0;
  virtual sdk::Result<json::object> pairs_of_groups(sdk::Call const& call,
                                                    std::set<std::string> const& descriptions) = 0;
  // One answer per check, in their order.
  virtual sdk::Result<std::vector<VimAnswer>> vims_with_capacity(sdk::Call const& call,
                                                                 std::vector<VimCheck> const& checks);
  virtual sdk::Result<std::vector<FitAnswer>> candidates_with_capacity(sdk::Call const& call,
                                                                       std::vector<FitCheck> const& checks);
  // Not of the data service, but of the store: {"countries": {NAME: [group, ...]}, "placeholders": {NAME: text}}.
  // Without a store there are none.
  virtual sdk::Result<json::object> latency_rules(sdk::Call const&) { return json::object(); }
};

class RpcRemote final : public Remote {
 public:
  RpcRemote(rpc::Bus& bus, sdk::Store& store) : bus_(bus), store_(store) {}  // both outlive it
  sdk::Result<json::object> regions_with_roles(sdk::Call const& call, std::set<std::string> const& roles) override;
  sdk::Result<json::object> roles_of_hosts(sdk::Call const& call, std::set<std::string> const& hosts) override;
  sdk::Result<json::object> pairs_of_groups(sdk::Call const& call, std::set<std::string> const& descriptions) override;
  sdk::Result<std::vector<VimAnswer>> vims_with_capacity(sdk::Call const& call,
                                                         std::vector<VimCheck> const& checks) override;
  sdk::Result<std::vector<FitAnswer>> candidates_with_capacity(sdk::Call const& call,
                                                               std::vector<FitCheck> const& checks) override;
  sdk::Result<json::object> latency_rules(sdk::Call const& call) override;

 private:
  sdk::Result<json::object> ask(sdk::Call const& call, char const* method, char const* asked, char const* answered,
                                std::set<std::string> const& items);
  rpc::Bus& bus_;
  sdk::Store& store_;
};

// Name of a constraint and of a demand.
using FitKey = std::pair<std::string, std::string>;

// Collected by the constraints, fetched together.
struct Questions {
  std::set<std::string> roles, hosts, groups;
  bool latency = false;  // the latency rules
  std::map<VimNeed, VimCheck> vims;
  std::map<FitKey, FitCheck> fits;
};

// The answers, raw and as sets.
struct Answers {
  struct Region {
    std::string owner, id;
    auto operator<=>(Region const&) const = default;
  };
  json::object roles, hosts, groups;                     // as they came
  json::object latency_countries, latency_placeholders;  // likewise

  // No entry: nobody has the role, the host has none, the group has no pair.
  std::map<std::string, std::set<Region>> regions_of_role;
  std::map<std::string, std::vector<std::string>> roles_of_host;
  std::map<std::string, std::set<std::pair<std::string, std::string>>> pairs_of_group;  // first <= second
  // What is absent was not asked.
  std::map<VimNeed, VimAnswer> vims;
  std::map<FitKey, FitAnswer> fits;
};

// One call per kind that was asked for. The first failure ends it. Adds to what is known already.
sdk::Result<void> fetch(sdk::Call const& call, Remote& remote, Questions const& questions, Answers& answers);

}  // namespace conductor::services::placement
