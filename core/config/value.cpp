// Type checks with the texts of the configuration specification, section 2.
#include "core/config/value.hpp"

#include "core/config/ini.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <cmath>

namespace conductor::config {
namespace {

using Value = sdk::Settings::Value;
using Parsed = std::variant<Value, BadValue>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string joined(std::vector<std::string> const& items) {
  std::string out;
  for (auto const& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

Parsed parse_boolean(std::string_view text) {
  auto const word = lower(text);
  for (auto const* yes : {"true", "1", "on", "yes"})
    if (word == yes) return Value(true);
  for (auto const* no : {"false", "0", "off", "no"})
    if (word == no) return Value(false);
  return BadValue{"Unexpected boolean value '" + std::string(text) +
                  "'; expected true, 1, on, yes, false, 0, off or no"};
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<BadValue> out_of_bounds(sdk::Option const& option, double number) {
  if (option.minimum && number < *option.minimum)
    return BadValue{"Should be greater than or equal to " + number_text(*option.minimum) + ", but is " +
                    number_text(number)};
  if (option.maximum && number > *option.maximum)
    return BadValue{"Should be less than or equal to " + number_text(*option.maximum) + ", but is " +
                    number_text(number)};
  return std::nullopt;
}

Parsed parse_integer(sdk::Option const& option, std::string_view text) {
  std::int64_t number = 0;
  if (!read_number(text, number))
    return BadValue{"Unexpected integer value '" + std::string(text) + "'; expected a whole decimal number"};
  if (auto bad = out_of_bounds(option, static_cast<double>(number))) return *bad;
  return Value(number);
}

Parsed parse_number(sdk::Option const& option, std::string_view text) {
  double number = 0;
  if (!read_number(text, number) || !std::isfinite(number))
    return BadValue{"Unexpected floating point value '" + std::string(text) + "'; expected a decimal number"};
  if (auto bad = out_of_bounds(option, number)) return *bad;
  return Value(number);
}

Parsed parse_choice(sdk::Option const& option, std::string const& text) {
  for (auto const& choice : option.choices)
    if (text == choice) return Value(choice);
  for (auto const& choice : option.choices)
    if (lower(text) == lower(choice)) return Value(choice);
  return BadValue{"Valid values are [" + joined(option.choices) + "], but found '" + text + "'"};
}

Parsed parse_list(sdk::Option const& option, std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    auto const comma = text.find(',');
    auto item = text.substr(0, comma);
    // Continuation lines are joined by line breaks, which here are blanks like others.
    while (!item.empty() && (item.front() == '\n' || item.front() == ' ' || item.front() == '\t'))
      item.remove_prefix(1);
    while (!item.empty() && (item.back() == '\n' || item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
  }
  if (!option.choices.empty())
    for (auto& item : items) {
      auto checked = parse_choice(option, item);
      if (std::holds_alternative<BadValue>(checked)) return checked;
      item = std::get<std::string>(std::get<Value>(checked));
    }
  return Value(std::move(items));
}

}  // namespace

std::string number_text(double value) {
  char buffer[64];
  auto const [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? std::string(buffer, end) : std::to_string(value);
}

bool is_http_url(std::string_view text) {
  auto const parsed = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
  if (!parsed) return false;
  auto const& url = *parsed;
  bool const http = url.scheme_id() == boost::urls::scheme::http || url.scheme_id() == boost::urls::scheme::https;
  if (!http || url.host().empty()) return false;
  if (!url.has_port()) return true;
  std::uint32_t port = 0;  // the library's own conversion wraps around
  return read_number(std::string_view(url.port().data(), url.port().size()), port) && port >= 1 && port <= 65535;
}

Parsed parse_value(sdk::Option const& option, std::string const& text) {
  std::string const stripped(trimmed(text));
  switch (option.type) {
    case sdk::OptionType::boolean:
      return parse_boolean(stripped);
    case sdk::OptionType::integer:
      return parse_integer(option, stripped);
    case sdk::OptionType::number:
      return parse_number(option, stripped);
    case sdk::OptionType::list:
      return parse_list(option, stripped);
    case sdk::OptionType::url:
      if (!stripped.empty() && !is_http_url(stripped))
        return BadValue{"Unexpected URL value '" + stripped + "'; expected http:// or https:// with a host"};
      return Value(stripped);
    case sdk::OptionType::text:
    case sdk::OptionType::path:
    case sdk::OptionType::secret:
      break;
  }
  if (!option.choices.empty()) return parse_choice(option, text);
  return Value(text);
}

std::string value_text(Value const& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return "<None>"; }
    std::string operator()(std::string const& text) const { return text; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(std::vector<std::string> const& items) const {
      std::string out;
      for (auto const& item : items) out += (out.empty() ? "" : ",") + item;
      return out;
    }
  };
  return std::visit(Writer{}, value);
}

}  // namespace conductor::config
