// The parts of type threshold.
#pragma once
#include "services/constraints/judge.hpp"
#include "services/constraints/type.hpp"

namespace conductor::services::constraints {

// Comparisons of a candidate's attributes with numbers (template specification 6.4). In the translated document
// "evaluate" is [{"attribute", "operator", "threshold", "unit"?}], numeric text turned into numbers.
void check_threshold(ConstraintUnderCheck const& constraint, json::object& properties, Report& report);
// Items that compare with eq and ne.
std::vector<NoLimit> thresholds_without_limit(json::object const& properties);
json::object threshold_schema();

// The second opinion.
Measured recheck_threshold(Judge const& judge, json::object const& constraint, Party const& party);

}  // namespace conductor::services::constraints
