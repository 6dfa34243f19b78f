// Conversions by std::from_chars and std::to_chars: independent of the locale.
#include "services/placement/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace conductor::services::placement {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  auto const begin = text.find_first_not_of(blank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

bool same_word(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

}  // namespace

json::value const* member(json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value && !value->is_null() ? value : nullptr;
}

json::value const* MemberOf::in(json::object const& object) {
  auto const* found = place_ < object.size() ? object.begin() + place_ : object.end();
  if (found == object.end() || found->key() != name_) {
    found = object.find(name_);
    if (found == object.end()) return nullptr;
    place_ = static_cast<std::size_t>(found - object.begin());
  }
  return found->value().is_null() ? nullptr : &found->value();
}

json::value const* field_of(json::object const& candidate, std::string_view name) {
  if (auto const* exact = member(candidate, name)) return exact;
  std::string other(name);
  std::replace(other.begin(), other.end(), '-', '_');
  if (auto const* found = member(candidate, other)) return found;
  std::replace(other.begin(), other.end(), '_', '-');
  return member(candidate, other);
}

std::optional<double> number_in(json::value const& value) {
  double number = 0;
  if (value.is_string()) {
    auto text = trimmed(value.get_string());
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  } else if (value.is_number()) {
    number = value.to_number<double>();
  } else {
    return std::nullopt;
  }
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<bool> boolean_in(json::value const& value) {
  if (value.is_bool()) return value.get_bool();
  if (!value.is_string()) return std::nullopt;
  auto const text = trimmed(value.get_string());
  if (same_word(text, "true")) return true;
  if (same_word(text, "false")) return false;
  return std::nullopt;
}

std::optional<std::string> text_in(json::value const& value) {
  if (value.is_string() && !value.get_string().empty()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_double()) return shortest(value.get_double());
  return std::nullopt;
}

std::string text_of(json::object const& object, std::string_view name) {
  auto const* value = member(object, name);
  return value ? text_in(*value).value_or("") : "";
}

std::string shown(json::value const& value) {
  if (value.is_double()) return shortest(value.get_double());
  auto text = json::serialize(value);
  if (text.size() > 80) text.replace(77, std::string::npos, "...");
  return text;
}

std::string shortest(double number) {
  std::array<char, 400> buffer{};
  auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed).ptr;
  return {buffer.data(), end};
}

std::string grouped(double number, int decimals) {
  std::array<char, 400> buffer{};
  auto const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed, decimals).ptr;
  std::string text(buffer.data(), end);
  auto const point = std::min(text.find('.'), text.size());
  std::size_t const first = text.starts_with('-') ? 1 : 0;
  for (auto i = point; i > first + 3; i -= 3) text.insert(text.begin() + static_cast<std::ptrdiff_t>(i - 3), ',');
  return text;
}

Version version_in(json::object const& candidate) {
  std::vector<std::uint64_t> parts;
  auto const text = text_of(candidate, "cloud_region_version");
  if (text.empty()) return std::nullopt;
  char const* const end = text.data() + text.size();
  for (char const* at = text.data();;) {
    std::uint64_t part = 0;
    auto const [next, error] = std::from_chars(at, end, part);
    if (error != std::errc{}) return std::nullopt;
    parts.push_back(part);
    if (next == end) break;
    if (*next != '.') return std::nullopt;
    at = next + 1;
  }
  while (!parts.empty() && parts.back() == 0) parts.pop_back();
  return parts;
}

}  // namespace conductor::services::placement
