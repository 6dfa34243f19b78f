// The objective of the base grammar (solver specification 8.1): read from the document, and its values in double
// precision. Fixed-point scores are made from these in dense.cpp.
#pragma once
#include "services/solver/model.hpp"

#include <span>

namespace conductor::services::solver {

// {goal: "min", operation: "sum", operands: [...]} or null. Throws InvalidPlan.
std::optional<std::vector<Operand>> read_objective(Plan const& plan, json::value const* objective);

// The demands whose versions count: those that aic_version operands list, all when one of them lists none.
std::vector<bool> demands_with_versions(Plan const& plan);

// A value with the number of operands that lack data (8.5); those contribute 0.
struct Score {
  double value = 0;
  std::uint32_t gaps = 0;
};

// The part of the objective that depends on this choice alone.
Score unary_score(Plan const& plan, Options const& options, std::uint32_t demand, std::uint32_t candidate);

// Demand-demand operands, one entry per unordered pair.
struct PairCost {
  std::uint32_t first = 0, second = 0;  // first < second
  std::vector<double> weights;          // of each operand on this pair, in operand order
};
std::vector<PairCost> pair_costs(Plan const& plan);
Score pair_score(Plan const& plan, PairCost const& pair, std::uint32_t site_of_first, std::uint32_t site_of_second);

// The objective of a complete assignment of candidates, operand by operand.
Score total_score(Plan const& plan, Options const& options, std::span<std::uint32_t const> choice);

// The order in which the original would decide the demands (7).
std::vector<std::uint32_t> decision_order(Plan const& plan);

}  // namespace conductor::services::solver
