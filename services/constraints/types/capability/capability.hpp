// The parts of type capability.
#pragma once
#include "services/constraints/check.hpp"
#include "services/constraints/judge.hpp"

namespace conductor::services::constraints {

void check_capability(ConstraintUnderCheck const& constraint, json::object& properties, Report& report);
Measured recheck_capability(Judge const& judge, json::object const& constraint, Party const& party);

}  // namespace conductor::services::constraints
