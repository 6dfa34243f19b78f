#include "rows.hpp"
#include "conductor/sdk/store_checks.hpp"

#include <algorithm>
#include <charconv>

namespace conductor::plugins::music {

namespace {

// Above it a number is sent as digits: readers of JSON may take numbers for floating point.
constexpr std::int64_t largest_exact = std::int64_t{1} << 53U;

}  // namespace

json::value to_json(sdk::Value const& value) {
  if (auto const* number = std::get_if<std::int64_t>(&value)) {
    if (*number > largest_exact || *number < -largest_exact) return json::value(std::to_string(*number));
    return *number;
  }
  if (auto const* flag = std::get_if<bool>(&value)) return *flag;
  if (auto const* map = std::get_if<sdk::TextMap>(&value)) {
    json::object object;
    for (auto const& [key, item] : *map) object[key] = item;
    return object;
  }
  if (auto const* list = std::get_if<sdk::TextList>(&value)) return json::array(list->begin(), list->end());
  return json::value(std::get<std::string>(value));
}

std::int64_t integer_in(json::object const& columns, std::string_view name) {
  auto const* const value = columns.if_contains(name);
  if (value == nullptr) return 0;
  if (auto const* number = value->if_int64()) return *number;
  std::int64_t parsed = 0;
  if (auto const* text = value->if_string()) std::from_chars(text->data(), text->data() + text->size(), parsed);
  return parsed;
}

std::string text_in(json::object const& columns, std::string_view name) {
  auto const* const value = columns.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool boolean_in(json::object const& columns, std::string_view name) {
  auto const* const value = columns.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

sdk::Value from_json(sdk::ColumnType type, json::value const& value) {
  auto result = sdk::checks::default_of(type);
  if (std::holds_alternative<std::int64_t>(result)) return integer_in({{"v", value}}, "v");
  if (std::holds_alternative<bool>(result)) return value.is_bool() && value.as_bool();
  if (auto* text = std::get_if<std::string>(&result)) {
    if (value.is_string()) *text = value.as_string();
  } else if (auto* map = std::get_if<sdk::TextMap>(&result)) {
    if (value.is_object())
      for (auto const& [key, item] : value.as_object())
        if (item.is_string()) map->emplace(key, item.as_string());
  } else if (auto* list = std::get_if<sdk::TextList>(&result)) {
    if (value.is_array())
      for (auto const& item : value.as_array())
        if (item.is_string()) list->emplace_back(item.as_string());
  }
  return result;
}

}  // namespace conductor::plugins::music
