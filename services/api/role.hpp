// The api role: the REST API on a TCP port. Business logic is the other roles'.
#pragma once
#include "core/kernel/role.hpp"

namespace conductor::services::api {

kernel::Role const& role();

}  // namespace conductor::services::api
