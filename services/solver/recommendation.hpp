// The recommendation document (solver specification 13, API specification 10): what clients read about one chosen
// candidate.
#pragma once
#include "conductor/sdk/host.hpp"
#include "services/placement/annotations.hpp"
#include "services/placement/model.hpp"

namespace conductor::services::solver {

using namespace placement;

// One demand's entry, with the directives of hardware features. A pass-through attribute whose name is taken is left
// out and logged.
json::object recommend(sdk::Call const& call, sdk::Log& log, Plan const& plan, Annotations const& annotations,
                       std::uint32_t demand, std::uint32_t candidate);

}  // namespace conductor::services::solver
