// What may stand on a log line: no secrets, no control characters. The one place where both are taken out.
#pragma once
#include <string>
#include <string_view>

namespace conductor::log {

// Replaces by `***` the values of Authorization and Cookie headers, bearer tokens, logins in URLs, and of names that
// contain password, secret, token and the like, as `name=value`, `name: value` and `"name": "value"` (there, for
// template parameters, also names that contain `key`). Errs on the side of masking. Linear in the length of the text.
std::string masked(std::string_view text);

// Line breaks as `\n` and `\r`, other control characters (C1 and the Unicode line separators too) and bytes that are
// not UTF-8 as `\xNN`, so that one line stays one line and moves no cursor.
std::string escaped(std::string_view text);

// Only the bytes that are not UTF-8 as `\xNN`; for JSON, which escapes the rest itself.
std::string valid_utf8(std::string_view text);

}  // namespace conductor::log
