#include "core/text/yaml_scalar.hpp"
#include "core/text/decimal.hpp"
#include "core/text/snippet.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace conductor::text {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, std::array<std::string_view, N> const& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 5> nulls{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 9> trues{"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> falses{"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 12> not_finite{".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                      "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void set(Node& node, Kind kind, boost::json::value value) {
  node.kind = kind;
  node.scalar = std::move(value);
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// Digits of a whole number in `base`, or a number too large for 64 bits as a double.
boost::json::value whole(bool negative, std::string const& digits, int base) {
  std::uint64_t magnitude = 0;
  auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (failed == std::errc()) {
    if (!negative && magnitude > static_cast<std::uint64_t>(INT64_MAX)) return magnitude;
    if (magnitude <= static_cast<std::uint64_t>(INT64_MAX))
      return negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude);
  }
  double number = 0;
  if (digits.size() - std::min(digits.find_first_not_of('0'), digits.size()) > 1024)
    number = HUGE_VAL;  // in every base
  else
    for (char const c : digits) number = number * base + (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  return negative ? -number : number;
}

// 1:30 is 90: digits in base 60, the last part may have a fraction.
std::optional<double> sexagesimal(std::string_view text) {
  double sum = 0;
  bool first = true;
  for (;;) {
    auto const colon = text.find(':');
    auto const part = text.substr(0, colon);
    double value = 0;
    auto const [end, failed] = std::from_chars(part.data(), part.data() + part.size(), value, std::chars_format::fixed);
    if (failed != std::errc() || end != part.data() + part.size() || (!first && value >= 60)) return std::nullopt;
    if (!first && part.substr(0, part.find('.')).size() > 2) return std::nullopt;
    sum = sum * 60 + value;
    if (colon == std::string_view::npos) return sum;
    if (part.find('.') != std::string_view::npos) return std::nullopt;
    text.remove_prefix(colon + 1);
    first = false;
  }
}

std::optional<boost::json::value> integer(std::string_view text) {
  bool const negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  if (text == "0") return boost::json::value(0);
  if (text.starts_with("0b") && all_of(text.substr(2), "01_"))
    return whole(negative, without_underscores(text.substr(2)), 2);
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF_"))
    return whole(negative, without_underscores(text.substr(2)), 16);
  if (text[0] == '0') {
    if (!all_of(text, "01234567_")) return std::nullopt;
    return whole(negative, without_underscores(text), 8);
  }
  if (all_of(text, "0123456789_")) return whole(negative, without_underscores(text), 10);
  if (all_of(text, "0123456789_:") && text.find(':') != std::string_view::npos) {
    auto const sum = sexagesimal(without_underscores(text));
    if (sum && *sum < 9e15) return boost::json::value(static_cast<std::int64_t>(negative ? -*sum : *sum));
  }
  return std::nullopt;
}

// A fraction is what makes a float here; an exponent needs a sign (YAML 1.1). `too_large` when it is no double.
std::optional<double> floating(std::string_view text, bool& too_large) {
  auto const digits = without_underscores(text);
  std::string_view rest = digits;
  bool const negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  auto const dot = rest.find('.');
  if (dot == std::string_view::npos || rest.size() < 2 || (!is_digit(rest[0]) && rest[0] != '.')) return std::nullopt;
  if (rest.find(':') != std::string_view::npos) {
    if (!all_of(rest, "0123456789.:")) return std::nullopt;
    auto const sum = sexagesimal(rest);
    too_large = sum && !std::isfinite(*sum);
    return sum ? std::optional(negative ? -*sum : *sum) : std::nullopt;
  }
  if (auto const e = rest.find_first_of("eE"); e != std::string_view::npos) {
    if (e < dot || e + 2 >= rest.size() || (rest[e + 1] != '+' && rest[e + 1] != '-')) return std::nullopt;
    if (!all_of(rest.substr(e + 2), "0123456789")) return std::nullopt;
  }
  auto const mantissa = rest.substr(0, rest.find_first_of("eE"));
  if (!all_of(mantissa, "0123456789.") || mantissa.find('.', dot + 1) != std::string_view::npos || mantissa == ".")
    return std::nullopt;
  auto const number = double_of(rest);
  too_large = !number;
  return negative ? -number.value_or(0) : number.value_or(0);
}

}  // namespace

std::string resolve_plain(std::string_view text, Node& node) {
  if (text.find("\xEF\xBB\xBF") != std::string_view::npos)
    return "a byte order mark inside the text; only the first character may be one";
  if (is_one_of(text, nulls)) return set(node, Kind::null, nullptr), "";
  if (is_one_of(text, trues)) return set(node, Kind::boolean, true), "";
  if (is_one_of(text, falses)) return set(node, Kind::boolean, false), "";
  if (is_one_of(text, not_finite)) return "the value " + std::string(text) + " is not a finite number";
  if (auto value = integer(text)) {
    if (value->is_double() && !std::isfinite(value->as_double()))
      return "the number " + std::string(shortened(text, 40)) + " is too large";
    return set(node, Kind::number, std::move(*value)), "";
  }
  bool too_large = false;
  if (auto const number = floating(text, too_large)) {
    if (too_large) return "the number " + std::string(shortened(text, 40)) + " is too large";
    return set(node, Kind::number, *number), "";
  }
  return set(node, Kind::string, boost::json::string(text)), "";
}

std::string resolve_tagged(std::string_view tag, std::string_view text, Node& node) {
  if (tag == "str") return set(node, Kind::string, boost::json::string(text)), "";
  if (auto refused = resolve_plain(text, node); !refused.empty()) return refused;
  bool const fits = tag == "null" ? node.is_null() : tag == "bool" ? node.is_boolean() : node.is_number();
  return fits ? "" : "the value " + std::string(shortened(text, 40)) + " does not fit its tag !!" + std::string(tag);
}

}  // namespace conductor::text
