// Names of service controllers, in constraints and reservations.
#pragma once
#include "services/grammar/report.hpp"

namespace conductor::services::grammar {

// The loaded name that is meant: SDN-C, sdn-c and sdnc are one controller. Empty when none is. `loaded`: names of
// loaded plugins; empty: they are not known here, and the text itself is taken.
std::string controller_name(std::string_view given, std::vector<std::string> const& loaded);
// Reports a controller that is none. `where`: "constraint named 'x'".
bool check_controller(View const& controller, std::vector<std::string> const& loaded, std::string const& where,
                      Report& report);

}  // namespace conductor::services::grammar
