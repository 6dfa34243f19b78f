// The controller role: translates templates into what the solver reads.
#pragma once
#include "core/kernel/role.hpp"

namespace conductor::services::controller {

kernel::Role const& role();

}  // namespace conductor::services::controller
