// Decimal digits as a double, for both readers.
#pragma once
#include <optional>
#include <string_view>

namespace conductor::text {

// `digits`: "-12.5e-3", as JSON writes numbers; a point may begin or end the digits. Too small for a double is 0;
// nullopt when it is too large.
std::optional<double> double_of(std::string_view digits);

}  // namespace conductor::text
