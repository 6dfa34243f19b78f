// The options of the API. Each part may declare its own here; role.cpp reads them.
#pragma once
#include "core/config/config.hpp"

namespace conductor::services::api {

void declare(config::Catalogue& catalogue);

}  // namespace conductor::services::api
