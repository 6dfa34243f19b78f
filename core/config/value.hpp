// From the text of an option to its checked value, and back to text for showing.
#pragma once
#include "conductor/sdk/settings.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace conductor::config {

struct BadValue {
  std::string reason;  // "Unexpected boolean value 'maybe'; expected …"; never the value of a secret
};

// Checks type, minimum, maximum and choices of one option. Lists are trimmed item by item; choices are compared without
// regard to case and returned as declared. A path is returned as it stands.
std::variant<sdk::Settings::Value, BadValue> parse_value(sdk::Option const& option, std::string const& text);

// As the value would stand in a file: lists comma separated, unset as `<None>`.
std::string value_text(sdk::Settings::Value const& value);

// http or https with a host and, if any, a port from 1 to 65535.
bool is_http_url(std::string_view text);

// A whole number as people write it: `3`, not `3.000000`; fractions as short as they can be.
std::string number_text(double value);

}  // namespace conductor::config
