// Several solutions of one plan (solver specification 11): which searches are run, with what removed in between, and
// what they found.
#pragma once
#include "core/plugin/registry.hpp"
#include "services/solver/dense.hpp"

namespace conductor::services::solver {

struct Found {
  std::vector<std::uint32_t> choice;  // candidates of the model, by demand
  sdk::Proof proof = sdk::Proof::feasible;
  // What ended its search early: deadline, node_limit, or strategy for one that does not search everything. Empty: it
  // was complete.
  std::string_view ended_by{};
  sdk::Cost cost = 0, bound = 0;
  std::uint64_t nodes = 0;  // of the search that found it
  std::int64_t elapsed_ms = 0;
};

struct Series {
  sdk::Proof proof = sdk::Proof::unknown;  // of the first
  std::vector<Found> found;
  bool out_of_nodes = false;  // ended by the node limit
};

using Positions = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // demand, position in its numbering

// Runs until `wanted` are found, no further one exists, or call.deadline. A candidate that is unique is used once per
// demand; where no chosen one is, the assignment itself is excluded. A strategy that overruns its deadline leaves its
// last incumbent. Errors: cancelled; what the strategy returns; internal when its answer makes no sense.
// None of `forbidden` is chosen. `node_limit`: of all searches together; 0: none.
sdk::Result<Series> search_series(sdk::Call const& call, std::shared_ptr<Dense const> dense, std::size_t wanted,
                                  std::uint64_t seed, plugin::Strategy& strategy, sdk::Clock& clock,
                                  Positions forbidden = {}, std::uint64_t node_limit = 0);

}  // namespace conductor::services::solver
