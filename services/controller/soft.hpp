// Soft constraints (solver specification 21.2): `penalty` and `weight` beside a constraint's properties.
#pragma once
#include "services/constraints/table.hpp"
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

// `properties`: in their translated form. Into the entry.
void read_soft_keys(constraints::Type const& type, constraints::ConstraintUnderCheck const& constraint,
                    json::object const& properties, json::object& entry, Report& report);

}  // namespace conductor::services::controller
