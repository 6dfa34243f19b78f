// What a translated plan asks to have reserved: who solves it needs to know whether anything is left to do, who
// reserves needs to know what.
#pragma once
#include <boost/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::model {

// The entries of its section `reservations` by their keys, one for each reservation and demand; null when there are
// none.
inline boost::json::object const* reservation_entries(boost::json::value const& translation) {
  auto const* found = &translation;
  for (auto const* key : {"conductor_solver", "reservations", "demands"}) {
    auto const* object = found->if_object();
    found = object == nullptr ? nullptr : object->if_contains(key);
    if (found == nullptr) return nullptr;
  }
  auto const* entries = found->if_object();
  return entries == nullptr || entries->empty() ? nullptr : entries;
}

inline bool asks_for_reservations(boost::json::value const& translation) {
  return reservation_entries(translation) != nullptr;
}

// Names of the reservations as people know them, each once, in the order of the template.
inline std::vector<std::string> reservations_of(boost::json::value const& translation) {
  std::vector<std::string> names;
  auto const* entries = reservation_entries(translation);
  if (entries == nullptr) return names;
  for (auto const& [key, entry] : *entries) {
    auto const* fields = entry.if_object();
    auto const* name = fields == nullptr ? nullptr : fields->if_contains("name");
    std::string text(name != nullptr && name->is_string() ? std::string_view(name->get_string())
                                                          : std::string_view(key));
    if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(std::move(text));
  }
  return names;
}

}  // namespace conductor::model
