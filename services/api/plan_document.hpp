// The plan as clients see it (API specification 8 and 19.7).
#pragma once
#include "core/store/plans.hpp"

#include <boost/json.hpp>

#include <string>

namespace conductor::services::api {

enum class WireCompat { onap, documented };

// `base`: scheme, host and port as the client sees them. `solution`, `errors` and `extras` are the stored documents or
// null. The first form is for deployed clients: links nested in a list, and a template error's message as a list.
boost::json::object plan_document(store::Plan const& plan, boost::json::value const& solution,
                                  boost::json::value const& errors, std::string const& base, WireCompat compat,
                                  boost::json::value const& extras = nullptr);

// The version document of GET / .
boost::json::object version_document(std::string const& base, std::string const& product_version);

}  // namespace conductor::services::api
