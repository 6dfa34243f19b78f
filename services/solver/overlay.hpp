// What-if: a translated plan with the request's overlay laid over its candidates (solver specification 21.6).
#pragma once
#include "services/placement/values.hpp"

namespace conductor::services::solver {

using namespace placement;

// Applies `changes`, the request's overlay, to the candidates of the translated document, in the order down, exclude,
// set, cost_factor; fields match by equality. Pure. Throws InvalidPlan when it is malformed.
json::value overlay(json::value translated, json::object const& changes);

}  // namespace conductor::services::solver
