// The reservation role: takes solved plans and sees that what was chosen is held by the service controllers.
#pragma once
#include "core/kernel/role.hpp"

namespace conductor::services::reservation {

kernel::Role const& role();

}  // namespace conductor::services::reservation
