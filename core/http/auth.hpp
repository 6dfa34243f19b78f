// Basic authentication as bytes (RFC 7617) and comparison in constant time. Whose password it is, is the business of
// services/api.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace conductor::http {

struct Credentials {
  std::string user, password;
};

// The credentials of an Authorization header; nothing when it is not `Basic`, one space, valid base64 of
// "user:password". The user ends at the first colon.
std::optional<Credentials> parse_basic(std::string_view authorization);

// The value of an Authorization header: "Basic ...".
std::string basic_header(std::string_view user, std::string_view password);

// Takes the same time wherever the texts differ, and tells nothing of their lengths.
bool constant_time_equal(std::string_view a, std::string_view b);

// User and password compared together in constant time. An empty expected user or password never matches.
bool credentials_match(Credentials const& given, Credentials const& expected);

// Standard base64 with padding. decode: nothing for any character, length or padding that an encoder would not write.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

inline constexpr std::string_view basic_challenge = "Basic realm=\"conductor\", charset=\"UTF-8\"";

}  // namespace conductor::http
