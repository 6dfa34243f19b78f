// Hardware of cloud candidates (flavors, region_capabilities) is large, and few plans look at it.
#pragma once
#include <boost/json.hpp>

namespace conductor::services::controller {

// Takes the hardware away from the candidates of demands without a constraint that reads it, so that it is
// neither stored with the plan nor sent on. `constraints` as the solver reads them, {NAME: {type, demands, ...}};
// constraints of these types are in no group. `demands`: {NAME: {"candidates": [...]}}. Pure.
void drop_unused_hardware(boost::json::object const& constraints, boost::json::object& demands);

}  // namespace conductor::services::controller
