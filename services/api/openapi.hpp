// The API's description of itself: openapi.yaml, served at /openapi.json.
#pragma once
#include "core/http/router.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace conductor::services::api {

// The OpenAPI 3.1 document. `product_version` becomes info.version.
boost::json::value openapi_document(std::string const& product_version);

// GET /openapi.json, without credentials.
std::vector<http::Route> openapi_routes(std::string const& product_version);

}  // namespace conductor::services::api
