// Orders of the candidates of a demand, as lists of their places: what is sorted is small, and mostly not sorted but
// counted.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <span>
#include <vector>

namespace conductor::services::solver {

// The places of `survivors` by the cost that configuration gave them; equal ones as they come. costs: by candidate.
std::vector<std::uint32_t> ordered_by_cost(std::span<std::uint32_t const> survivors, std::vector<double> const& costs);

// Sorts an order of places by their values; equal ones stay as they are.
void order_by_value(std::vector<std::uint32_t>& order, std::span<sdk::Cost const> values);

}  // namespace conductor::services::solver
