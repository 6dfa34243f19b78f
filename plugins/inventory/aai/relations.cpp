#include "relations.hpp"

#include "conductor/sdk/http.hpp"

#include <algorithm>
#include <array>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;

namespace {

json::array const* array_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::string text_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

Relation read_relation(json::object const& entry) {
  Relation relation;
  relation.link = text_in(entry, "related-link");
  if (auto const* data = array_in(entry, "relationship-data"))
    for (auto const& item : *data)
      if (auto const* datum = item.if_object(); datum != nullptr && datum->contains("relationship-value"))
        relation.data.emplace_back(text_in(*datum, "relationship-key"), text_in(*datum, "relationship-value"));
  return relation;
}

bool is_version(std::string_view segment) {
  return segment.size() > 1 && segment.front() == 'v' &&
         std::all_of(segment.begin() + 1, segment.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What follows `/vN/` when that stands directly after `base`.
std::optional<std::string_view> after_version(std::string_view path, std::string_view base) {
  if (!path.starts_with(base)) return std::nullopt;
  path.remove_prefix(base.size());
  if (!path.starts_with('/')) return std::nullopt;
  auto const end = path.find('/', 1);
  if (end == std::string_view::npos || end + 1 == path.size() || !is_version(path.substr(1, end - 1)))
    return std::nullopt;
  return path.substr(end);
}

bool has_dot_segment(std::string_view path) {
  for (std::size_t begin = 0; begin < path.size();) {
    auto const end = std::min(path.find('/', begin), path.size());
    auto const segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

// Links come encoded; whatever else is in one must not end the request line or begin a query.
std::string encode_rest(std::string_view path) {
  constexpr std::string_view kept = "/%:@!$&'()*+,;=";
  std::string out;
  for (char const c : path) out += kept.find(c) != kept.npos ? std::string(1, c) : sdk::percent_encode({&c, 1});
  return out;
}

}  // namespace

std::optional<std::string> Relation::value(std::string_view key) const {
  for (auto const& [name, text] : data)
    if (name == key) return text;
  return std::nullopt;
}

std::vector<Relation> relations(json::object const& object, std::string_view type) {
  std::vector<Relation> found;
  auto const* list = object.if_contains("relationship-list");
  auto const* entries = list == nullptr || !list->is_object() ? nullptr : array_in(list->as_object(), "relationship");
  if (entries == nullptr) return found;
  for (auto const& item : *entries)
    if (auto const* entry = item.if_object(); entry != nullptr && text_in(*entry, "related-to") == type)
      found.push_back(read_relation(*entry));
  return found;
}

std::vector<Related> related(json::object const& object, std::string_view type, std::string_view key,
                             std::optional<Match> const& match) {
  std::vector<Related> found;
  for (auto const& relation : relations(object, type)) {
    auto const value = relation.value(key);
    if (!key.empty() && !value) continue;
    if (match && std::find(relation.data.begin(), relation.data.end(), std::pair(match->key, match->value)) ==
                     relation.data.end())
      continue;
    found.push_back({relation.link, key.empty() ? "" : *value});
  }
  return found;
}

std::vector<std::string> distinct_values(std::vector<Related> const& found) {
  std::vector<std::string> values;
  for (auto const& item : found)
    if (std::find(values.begin(), values.end(), item.value) == values.end()) values.push_back(item.value);
  return values;
}

std::optional<std::string> path_of_link(std::string_view link, std::string_view base_path) {
  if (auto const scheme = link.find("://"); scheme != link.npos && link.find('/') > scheme) {
    auto const path = link.find('/', scheme + 3);
    if (path == link.npos) return std::nullopt;
    link.remove_prefix(path);
  }
  link = link.substr(0, link.find_first_of("?#"));
  for (auto const base : std::array<std::string_view, 3>{base_path, "/aai", ""})
    if (auto const path = after_version(link, base); path && !has_dot_segment(*path)) return encode_rest(*path);
  return std::nullopt;
}

}  // namespace conductor::plugins::inventory_aai
