// The intrinsic functions of templates, get_param and get_file (template specification 3), replaced by what they stand
// for. Works on values alone: nothing is read from disk or network.
#pragma once
#include "services/grammar/report.hpp"

#include <boost/json.hpp>

namespace conductor::services::controller {

using namespace grammar;

// A copy of `document` without intrinsic functions, everywhere except in keys. What a function gave stands at the
// function's position. A function that cannot be replaced becomes null; it is reported and tainted.
text::Node replace_functions(text::Node const& document, boost::json::object const& files, Report& report);

}  // namespace conductor::services::controller
