// The pure part of the role: from the translated plan to solutions, without store and without rpc.
#pragma once
#include "conductor/sdk/host.hpp"
#include "core/plugin/registry.hpp"
#include "services/placement/hpa_tally.hpp"
#include "services/placement/model.hpp"
#include "services/placement/remote.hpp"

namespace conductor::services::solver {

using namespace placement;

struct Request {
  std::string plan_id;
  std::string recommend_max = "1";  // digits or `all`
  std::string strategy;             // its name, for solver_info
  std::uint64_t seed = 0;
  std::optional<double> move_cost{};  // price of each demand that leaves its present placement
  std::uint64_t node_limit = 0;       // of all searches for solutions together; 0: none
};

struct Solution {
  sdk::Proof proof = sdk::Proof::unknown;  // optimal and feasible come with recommendations
  json::array recommendations;             // one object per solution: demand -> recommendation
  json::array solver_info;                 // one entry per solution
  json::object explanation;                // for every outcome; "status" is left to the caller
  std::vector<std::string> notes{};        // what was not checked although the plan asked for it
  bool out_of_nodes = false;               // the node limit ended the search
  std::string message{};                   // why there is no solution, when there is more to say than that
  // For metrics: what was tested on the way, and what all recommended cloud candidates have.
  HpaTally hpa{};
  std::vector<RecommendedFlavor> flavors{};
  std::vector<RecommendedScore> scores{};
};

// Everything a solve is given beside the plan. All of it outlives the call.
struct Surroundings {
  Options const& options;
  Remote& remote;
  plugin::Strategy& strategy;
  sdk::Clock& clock;
  sdk::Log& log;
  plugin::Strategy* exact = nullptr;  // explains why there is no solution; null: `strategy` does
};

// Blocks until solved or until call.deadline, which covers the remote calls too. Errors: invalid - the plan cannot be
// solved as it stands, the text says why; internal - a strategy's answer did not pass the check; others as the data
// service or the strategy gave them.
sdk::Result<Solution> solve(sdk::Call const& call, std::shared_ptr<json::value const> translated,
                            Request const& request, Surroundings const& surroundings);

}  // namespace conductor::services::solver
