// Threshold expressions (template specification 7): "< 300 km", "10-20 Gbps", "100km".
#pragma once
#include "core/text/node.hpp"

#include "conductor/sdk/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace conductor::text {

// Converted to the default unit of its base. A range has operator `=` and minimum <= maximum.
struct Threshold {
  std::string op = "=";
  bool is_range = false;
  double value = 0, minimum = 0, maximum = 0;
  std::string units;
  bool has_operator = false;  // written, not defaulted
};

// `base`: currency, time, distance or throughput. A number, or a text; anything else, and every text that is none, is
// `invalid` with the texts of the specification.
sdk::Result<Threshold> parse_threshold(Node const& expression, std::string_view base);

// {"operator", "value", "units"}; `value` is {"min", "max"} for a range.
boost::json::object to_json(Threshold const& threshold);

// A unit of section 7 of the template specification.
struct Unit {
  std::string_view base;  // currency, time, distance, throughput
  std::string_view name;  // case-sensitive
  double factor = 1;      // to the first unit of the base
};
// Null for an unknown name.
Unit const* find_unit(std::string_view name);

// A finite decimal number with optional sign, fraction and exponent, and nothing else; nullopt for other texts.
std::optional<double> decimal_number(std::string_view text);

// As the original prints a floating-point number: shortest digits, always with a point or exponent ("10.0", "1e+16").
std::string float_text(double number);

}  // namespace conductor::text
