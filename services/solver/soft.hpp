// Soft constraints (solver specification 21.2), as far as they are reported; their costs are parts (objective.hpp).
#pragma once
#include "services/solver/filter.hpp"

namespace conductor::services::solver {

// Names of the soft constraints that a complete assignment of candidates violates, in the order of evaluation.
std::vector<std::string> violated_constraints(Filtered const& filtered, std::span<std::uint32_t const> choice);

}  // namespace conductor::services::solver
