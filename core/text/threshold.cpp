#include "core/text/threshold.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace conductor::text {
namespace {

constexpr std::array units{Unit{"currency", "USD", 1},        Unit{"time", "ms", 1},
                           Unit{"time", "sec", 1000},         Unit{"distance", "km", 1},
                           Unit{"distance", "mi", 1.609344},  Unit{"throughput", "Mbps", 1},
                           Unit{"throughput", "Kbps", 0.001}, Unit{"throughput", "Gbps", 1000}};
constexpr std::array<std::string_view, 5> operators{"=", "<", ">", "<=", ">="};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the decimal number at the start of `text`, 0 when there is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  auto const digits = [&] {
    auto const first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - first;
  };
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) return 0;
  auto const mantissa = at;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) at = mantissa;
  }
  return at;
}

// Bytes of the Unicode white space at the start of `text`, 0 when there is none.
std::size_t space_length(std::string_view text) {
  if (text.empty()) return 0;
  auto const c = static_cast<unsigned char>(text[0]);
  if (c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F)) return 1;
  constexpr std::array<std::string_view, 18> wide{
      "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
      "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
      "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F"};
  for (auto const space : wide)
    if (text.starts_with(space)) return space.size();
  return text.starts_with("\xE3\x80\x80") ? 3 : 0;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> tokens;
  std::size_t begin = 0, at = 0;
  while (at < text.size()) {
    auto const space = space_length(text.substr(at));
    if (space == 0) {
      ++at;
      continue;
    }
    if (at > begin) tokens.push_back(text.substr(begin, at - begin));
    begin = at = at + space;
  }
  if (at > begin) tokens.push_back(text.substr(begin));
  return tokens;
}

class Parser {
 public:
  Parser(std::string_view expression, std::string_view base) : expression_(expression), base_(base) {}

  sdk::Result<Threshold> parse() {
    auto const tokens = split(expression_);
    for (std::size_t i = 0; i < tokens.size() && error_.empty(); ++i) {
      if (i + 2 < tokens.size() && tokens[i + 1] == "-" && decimal_number(tokens[i]) && decimal_number(tokens[i + 2])) {
        take_range(std::string(tokens[i]) + "-" + std::string(tokens[i + 2]), *decimal_number(tokens[i]),
                   *decimal_number(tokens[i + 2]));
        i += 2;
      } else {
        take(tokens[i]);
      }
    }
    if (error_.empty() && !value_ && !range_) fail("Value/range missing");
    if (!error_.empty()) return sdk::Error{sdk::Errc::invalid, error_};
    return result();
  }

 private:
  // Operator, number or range, and unit may touch.
  void take(std::string_view token) {
    auto rest = token;
    auto const sign = std::min(rest.find_first_not_of("<>=!"), rest.size());
    if (sign > 0) {
      auto const op = rest.substr(0, sign);
      if (std::find(operators.begin(), operators.end(), op) == operators.end()) return unknown(op);
      take_operator(op);
      rest.remove_prefix(sign);
    }
    if (auto const length = number_length(rest); length > 0 && error_.empty()) {
      auto const after = rest.substr(length);
      auto const second = after.starts_with('-') ? number_length(after.substr(1)) : 0;
      if (second > 0) {
        auto const whole = rest.substr(0, length + 1 + second);
        if (rest.size() > whole.size() && find_unit(rest.substr(whole.size())) == nullptr) return unknown(token);
        auto const a = decimal_number(rest.substr(0, length)), b = decimal_number(after.substr(1, second));
        if (!a || !b) return unknown(token);
        take_range(whole, *a, *b);
        rest.remove_prefix(whole.size());
      } else {
        if (!after.empty() && find_unit(after) == nullptr) return unknown(token);
        auto const number = decimal_number(rest.substr(0, length));
        if (!number) return unknown(token);
        take_value(rest.substr(0, length), *number);
        rest = after;
      }
    }
    if (!rest.empty() && error_.empty()) take_unit(rest);
  }

  void take_operator(std::string_view op) {
    if (value_) return early(value_text(), "operator", op);
    if (range_) return early(range_text(), "operator", op);
    if (unit_ != nullptr) return early(unit_text(), "operator", op);
    if (!operator_.empty()) return early("Operator " + operator_, "operator", op);
    operator_ = op;
  }

  void take_value(std::string_view part, double number) {
    if (range_) return early(range_text(), "value", part);
    if (unit_ != nullptr) return early(unit_text(), "value", part);
    if (value_) return early(value_text(), "value", part);
    value_ = number;
  }

  void take_range(std::string_view part, double a, double b) {
    if (!operator_.empty()) return fail("Operator " + operator_ + " not supported with range " + std::string(part));
    if (value_) return early(value_text(), "range", part);
    if (unit_ != nullptr) return early(unit_text(), "range", part);
    if (range_) return early(range_text(), "range", part);
    range_ = std::minmax(a, b);
  }

  void take_unit(std::string_view part) {
    auto const* unit = find_unit(part);
    if (unit == nullptr) return unknown(part);
    if (!value_ && !range_) return early("Value None", "unit", part);
    if (unit_ != nullptr) return early(unit_text(), "unit", part);
    if (unit->base != base_)
      return fail("Unit '" + std::string(part) + "' not valid for base unit " + std::string(base_));
    unit_ = unit;
  }

  void early(std::string const& what, std::string_view kind, std::string_view part) {
    fail(what + " encountered before " + std::string(kind) + " " + std::string(part));
  }
  void unknown(std::string_view part) { fail("Unknown part '" + std::string(part) + "'"); }
  void fail(std::string const& what) {
    if (error_.empty()) error_ = what + " in expression '" + std::string(expression_) + "'";
  }

  std::string value_text() const { return "Value " + float_text(*value_); }
  std::string range_text() const { return "Range " + float_text(range_->first) + "-" + float_text(range_->second); }
  std::string unit_text() const { return "Unit '" + std::string(unit_->name) + "'"; }

  sdk::Result<Threshold> result() const {
    auto const default_unit = std::find_if(units.begin(), units.end(), [&](Unit const& u) { return u.base == base_; });
    double const factor = unit_ == nullptr ? 1 : unit_->factor;
    Threshold threshold;
    threshold.units = default_unit->name;
    threshold.has_operator = !operator_.empty();
    if (threshold.has_operator) threshold.op = operator_;
    if (range_) {
      threshold.is_range = true;
      threshold.minimum = range_->first * factor;
      threshold.maximum = range_->second * factor;
    } else {
      threshold.value = *value_ * factor;
    }
    bool const finite =
        std::isfinite(threshold.value) && std::isfinite(threshold.minimum) && std::isfinite(threshold.maximum);
    if (!finite)
      return sdk::Error{sdk::Errc::invalid, "Value too large in expression '" + std::string(expression_) + "'"};
    return threshold;
  }

  std::string_view expression_, base_;
  std::string operator_, error_;
  std::optional<double> value_;
  std::optional<std::pair<double, double>> range_;
  Unit const* unit_ = nullptr;
};

}  // namespace

std::optional<double> decimal_number(std::string_view text) {
  if (text.empty() || number_length(text) != text.size()) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc::result_out_of_range && text.find('-', 1) != text.npos) return 0.0;
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string float_text(double number) {
  std::array<char, 40> buffer;
  double const size = std::fabs(number);
  bool const plain = number == 0 || (size >= 1e-4 && size < 1e16);
  auto const result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), result.ptr);
  if (plain && text.find('.') == text.npos) text += ".0";
  return text;
}

sdk::Result<Threshold> parse_threshold(Node const& expression, std::string_view base) {
  auto const known = std::any_of(units.begin(), units.end(), [&](Unit const& unit) { return unit.base == base; });
  if (!known)
    return sdk::Error{sdk::Errc::invalid, "Base unit " + std::string(base) +
                                              " unsupported, must be one of: currency, time, distance, throughput"};
  if (expression.is_number()) return Parser(float_text(expression.scalar.to_number<double>()), base).parse();
  if (!expression.is_text()) return sdk::Error{sdk::Errc::invalid, "Expression must be a string"};
  return Parser(expression.text(), base).parse();
}

boost::json::object to_json(Threshold const& threshold) {
  boost::json::object object{{"operator", threshold.op}};
  if (threshold.is_range)
    object["value"] = boost::json::object{{"min", threshold.minimum}, {"max", threshold.maximum}};
  else
    object["value"] = threshold.value;
  object["units"] = threshold.units;
  return object;
}

Unit const* find_unit(std::string_view name) {
  auto const found = std::find_if(units.begin(), units.end(), [&](Unit const& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : &*found;
}

}  // namespace conductor::text
