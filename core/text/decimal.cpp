#include "core/text/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace conductor::text {

namespace {

// Whether the first digit that counts stands before the point, once the exponent has moved it.
bool is_large(std::string_view digits) {
  if (digits.starts_with('-')) digits.remove_prefix(1);
  auto const e = std::min(digits.find_first_of("eE"), digits.size());
  auto const mantissa = digits.substr(0, e);
  auto written = digits.substr(std::min(e + 1, digits.size()));
  if (written.starts_with('+')) written.remove_prefix(1);
  std::int64_t exponent = 0;
  auto const [end, failed] = std::from_chars(written.data(), written.data() + written.size(), exponent);
  if (failed == std::errc::result_out_of_range) return !written.starts_with('-');
  auto const point = std::min(mantissa.find('.'), mantissa.size());
  auto const first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) + exponent > 0;
}

}  // namespace

std::optional<double> double_of(std::string_view digits) {
  double number = 0;
  auto const result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (result.ec == std::errc()) return number;
  // A number of either kind is out of range.
  return is_large(digits) ? std::nullopt : std::optional(0.0);
}

}  // namespace conductor::text
