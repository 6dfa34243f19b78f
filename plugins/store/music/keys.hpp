// Keys in MUSIC: names of locks are split at dots and dollars, so that only [A-Za-z0-9_-] may stand in a key. Every
// other byte, and the underscore itself, is written as `_` and two hexadecimal digits; all clients do it alike.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace conductor::plugins::music {

std::string escaped(std::string_view id);
// The id of a key; what is no escape stays as it is.
std::string unescaped(std::string_view key);
// Whether the layout compat, which writes ids as they are, can have it.
bool is_plain_key(std::string_view id);
// `a__b__c`: a double underscore cannot come out of the escaping.
std::string joined(std::vector<std::string_view> const& ids);
std::vector<std::string> parted(std::string_view key);

}  // namespace conductor::plugins::music
