// The error document that every status from 400 up carries, and the words that belong to each status.
#pragma once
#include "core/http/message.hpp"

namespace conductor::http {

// What a status says by itself, independent of the request.
struct StatusText {
  int status = 0;
  std::string_view title;    // also the reason phrase of the status line
  std::string_view type;     // "HTTPNotFound"; empty below 400
  std::string_view message;  // general sentence; empty below 400
};

// Never fails: an unknown status gets the words of its class (400, 500) or "Unknown".
StatusText status_text(int status);

// {"title", "explanation", "code", "error": {"message", "type"}} as application/json. `explanation` is for the client:
// it names what was wrong with this request. 405, 401 and 503 need their Allow, WWW-Authenticate and Retry-After from
// the caller.
Response make_error(int status, std::string_view explanation, sdk::HttpHeaders headers = {});

}  // namespace conductor::http
