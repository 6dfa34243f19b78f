// The request fields `solver` and `overlay` (API specification 19.1, solver specification 21). What a request says is
// checked here; whether a strategy exists and candidates match, where they are used.
#pragma once
#include "conductor/sdk/result.hpp"

#include <boost/json.hpp>

namespace conductor::services::api {

// Each problem is the explanation of a 400. `longest_search_s`: the largest deadline.
sdk::Result<void> check_solver_field(boost::json::value const& solver, double longest_search_s);
sdk::Result<void> check_overlay_field(boost::json::value const& overlay);

}  // namespace conductor::services::api
