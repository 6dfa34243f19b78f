// Which strategy searches, for how long and with what seed (solver specification 21.1).
#pragma once
#include "services/placement/model.hpp"

#include <chrono>

namespace conductor::services::solver {

using namespace placement;

struct StrategyChoice {
  std::string strategy;
  std::optional<std::chrono::milliseconds> deadline;  // as template or request limit it
  std::uint64_t seed = 0;
  std::optional<double> move_cost;
  std::uint64_t node_limit = 0;  // 0: none
};

// What may say something about it, weakest first: configuration, template section `solver`, request field `solver`.
struct ChoiceSources {
  std::string configured;           // [solver] strategy
  std::vector<std::string> loaded;  // names of the strategies that exist here
  json::value const* translated = nullptr;
  json::value const* extras = nullptr;  // of the request; may be null
  std::string plan_id;
  std::int64_t attempt = 1;
};

// Throws InvalidPlan for a value of the wrong kind and for a strategy that is not loaded.
StrategyChoice choose_strategy(ChoiceSources const& sources);

// The same on every machine and in every version.
std::uint64_t seed_for(std::string_view plan_id, std::int64_t attempt);

}  // namespace conductor::services::solver
