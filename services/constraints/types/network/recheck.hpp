// The second opinion on network constraints (solver specification 21.4): paths by relaxing all links until nothing
// changes.
#pragma once
#include "services/constraints/judge.hpp"

namespace conductor::services::constraints {

Measured recheck_path_from_location(Judge const& judge, json::object const& constraint, Party const& party);
Measured recheck_path_between(Judge const& judge, json::object const& constraint, Party const& a, Party const& b);

}  // namespace conductor::services::constraints
