// The head of a reply as bytes. Pure, for the server and its tests.
#pragma once
#include "core/http/message.hpp"

namespace conductor::http {

struct ReplyFraming {
  bool http_1_0 = false;  // of the request
  bool keep_alive = true;
  bool stream = false;       // the length is not known: chunked, or until the end of the connection for HTTP/1.0
  bool body_allowed = true;  // false for the answer to HEAD
  std::string request_id{};
  sdk::WallTime date{};
};

// Status line and headers with the final empty line. Headers about framing are ours: those of the response are dropped.
// Line breaks and NUL inside names and values are replaced by spaces, so that no text of a peer can begin a new header.
std::string reply_head(Response const& response, ReplyFraming const& framing);

// Whether a reply of this status may carry a body.
constexpr bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(sdk::WallTime time);

}  // namespace conductor::http
