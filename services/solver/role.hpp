// The solver role, as services/main.cpp puts it into the kernel's table.
#pragma once
#include "core/kernel/role.hpp"

namespace conductor::services::solver {

kernel::Role const& role();

}  // namespace conductor::services::solver
