// The flavors that a HEAT template asks for.
#pragma once
#include "services/placement/values.hpp"

#include <set>

namespace conductor::services::constraints {

// Names of the flavors of all OS::Nova::Server resources, those inside other resources too; parameters come from the
// environment, then from the template's defaults. Texts are YAML or JSON; `what` opens messages. Throws InvalidPlan.
std::set<std::string> flavors_in_heat(std::string const& heat_template, std::string const& environment,
                                      std::string const& what);

}  // namespace conductor::services::constraints
