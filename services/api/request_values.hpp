// Values of a client's request: how they are checked, compared and shown. Pure functions.
#pragma once
#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace conductor::services::api {

// A client's value as it may stand in an explanation: without control characters, not too long, cut between characters.
std::string echo(boost::json::value const& value);
inline std::string echo_text(std::string_view text) { return echo(boost::json::value(text)); }

// Neither C0 nor DEL nor, in UTF-8, C1.
bool is_control_free(std::string_view text);
// 1..255 characters of well-formed UTF-8 without control characters. Headers may hold any bytes; what is stored and
// shown is text.
bool is_printable(std::string_view text);
std::size_t characters_in(std::string_view text);
// Letters, digits, hyphen, period, underscore, tilde (RFC 3986 "unreserved").
bool is_unreserved(std::string_view text);

// The same content in one order of keys: two values that say the same become equal texts.
boost::json::value sorted(boost::json::value const& value);

// A random UUID (version 4), and the one made from a name (version 5, in our own namespace).
std::string fresh_uuid();
std::string uuid_of(std::string_view name);

}  // namespace conductor::services::api
