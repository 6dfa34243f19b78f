// The parts of type attribute.
#pragma once
#include "services/constraints/check.hpp"
#include "services/constraints/judge.hpp"

namespace conductor::services::constraints {

// What may stand in `evaluate` (template specification 6.3).
void check_attribute(ConstraintUnderCheck const& constraint, json::object& properties, Report& report);
json::object attribute_schema();

// The second opinion.
Measured recheck_attribute(Judge const& judge, json::object const& constraint, Party const& party);

}  // namespace conductor::services::constraints
