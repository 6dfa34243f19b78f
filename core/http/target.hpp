// From the request target as sent to the decoded path and query of a Request. No sockets; used by the server and by
// tests that build requests by hand.
#pragma once
#include "core/http/message.hpp"

namespace conductor::http {

// Fills request.path and request.query from request.target: origin form, absolute form, or "*". `invalid` with a
// sentence for the client when the target is not a URI reference, its percent-encoding is broken, it does not decode to
// UTF-8, or the path holds an encoded slash or NUL (which would make two paths look the same).
sdk::Result<void> parse_target(Request& request);

// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace conductor::http
