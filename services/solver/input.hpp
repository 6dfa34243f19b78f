// From the translated document to the model.
#pragma once
#include "services/placement/model.hpp"

namespace conductor::services::solver {

using namespace placement;

// Reads the translated document. move_cost: as template or request set it. Throws InvalidPlan.
Plan read_plan(std::shared_ptr<json::value const> translated, Options const& options,
               std::optional<double> move_cost = std::nullopt);

// True when the document has an objective or soft constraints: decides, before anything is read, which strategy
// applies.
bool has_preferences(json::value const& translated);

}  // namespace conductor::services::solver
