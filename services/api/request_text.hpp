// The texts in a request: the body, and a template given as text. Duplicate keys and positions are found here (API
// specification 5.2, 5.3).
#pragma once
#include "conductor/sdk/result.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace conductor::services::api {

// A body as JSON; `invalid`: the explanation of a 400, with position or duplicate key.
sdk::Result<boost::json::value> read_request_text(std::string_view body);

// Whether a template text (YAML or JSON) can be read and is a mapping; `invalid` as above. Its content is checked
// later, by the controller.
sdk::Result<void> check_template_text(std::string_view text);

}  // namespace conductor::services::api
