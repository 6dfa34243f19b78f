// Which media types a client may send and ask for (API specification 1).
#pragma once
#include <string_view>

namespace conductor::services::api {

// An absent Accept, or one that takes JSON: application/json, either vendor type, application/*, */*. Quality 0 is a
// refusal.
bool accepts_json(std::string_view accept);

// The same for an answer of text/event-stream, which text/event-stream and text/* take too.
bool accepts_events(std::string_view accept);

// An absent Content-Type, application/json or either vendor type; parameters are ignored.
bool is_json(std::string_view content_type);

}  // namespace conductor::services::api
