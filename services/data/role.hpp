// The data role: the gateway to inventories, service controllers and VIMs. The other roles never talk to those
// themselves.
#pragma once
#include "core/kernel/role.hpp"

namespace conductor::services::data {

kernel::Role const& role();

}  // namespace conductor::services::data
