// Names of service controllers, in constraints and reservations.
#pragma once
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

// The loaded name that is meant: SDN-C, sdn-c and sdnc are one controller. Empty when none is; the text itself when the
// loaded names are not known here.
std::string controller_name(std::string_view given, Known const& known);
// Reports a controller that is none. `where`: "constraint named 'x'".
bool check_controller(View const& controller, Known const& known, std::string const& where, Report& report);

}  // namespace conductor::services::controller
