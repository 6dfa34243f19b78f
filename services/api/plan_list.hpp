// Finding the plans of a list (API specification 6.1, 19.1) in a store whose lists run from the oldest to the newest,
// as a whole or by status.
#pragma once
#include "core/store/plans.hpp"
#include "services/api/list_query.hpp"

#include <vector>

namespace conductor::services::api {

// At most query.limit plans in the order asked for, from after the marker on. Reads about as many rows as it returns,
// with two exceptions that the store has no index for: a name is compared with every plan of the statuses asked for
// until the page is full, and a list of several statuses reads a page of each. `invalid`: the marker is no plan (any
// more).
sdk::Result<std::vector<store::Plan>> list_plans(sdk::Call const& call, store::Plans& plans, sdk::Clock& clock,
                                                 ListQuery const& query);

}  // namespace conductor::services::api
