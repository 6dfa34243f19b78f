#include "services/api/request_values.hpp"

#include "core/http/target.hpp"
#include "core/text/threshold.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <vector>

namespace conductor::services::api {

namespace json = boost::json;

namespace {

// Namespace of the ids that are made from names; fixed for ever.
constexpr char name_space[] = "6f1d6a5e-64b1-5c0a-9a52-0f3c1a7c2b9d";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string echo(json::value const& value) {
  constexpr std::size_t longest = 100;
  std::string text = value.is_string()   ? std::string(value.as_string())
                     : value.is_double() ? text::float_text(value.as_double())
                                         : json::serialize(value);
  std::erase_if(text, is_control);
  if (text.size() <= longest) return text;
  auto end = longest;
  while (end > 0 && continues_a_character(text[end])) --end;
  return text.substr(0, end) + "...";
}

bool is_control_free(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_control)) return false;
  for (auto at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;
  return true;
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_a_character(c); }));
}

bool is_printable(std::string_view text) {
  return !text.empty() && http::is_utf8(text) && characters_in(text) <= 255 && is_control_free(text);
}

bool is_unreserved(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
  });
}

json::value sorted(json::value const& value) {
  if (auto const* list = value.if_array()) {
    json::array items;
    items.reserve(list->size());
    for (auto const& item : *list) items.push_back(sorted(item));
    return items;
  }
  auto const* mapping = value.if_object();
  if (mapping == nullptr) return value;
  std::vector<json::object::value_type const*> members;
  for (auto const& member : *mapping) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](auto const* a, auto const* b) { return a->key() < b->key(); });
  json::object ordered;
  for (auto const* member : members) ordered[member->key()] = sorted(member->value());
  return ordered;
}

std::string fresh_uuid() {
  static thread_local boost::uuids::random_generator generator;
  return to_string(generator());
}

std::string uuid_of(std::string_view name) {
  boost::uuids::name_generator_sha1 const make(boost::uuids::string_generator()(name_space));
  return to_string(make(name.data(), name.size()));
}

}  // namespace conductor::services::api
