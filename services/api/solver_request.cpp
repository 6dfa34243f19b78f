#include "services/api/solver_request.hpp"

#include "services/api/request_values.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace conductor::services::api {

namespace json = boost::json;

namespace {

using Checked = sdk::Result<void>;

sdk::Error refuse(std::string text) { return {sdk::Errc::invalid, std::move(text)}; }

bool is_integer(json::value const& value) { return value.is_int64() || value.is_uint64(); }

struct Wish {
  std::string_view name;
  std::string expected;
  std::function<bool(json::value const&)> accepts;
};

std::vector<Wish> wishes(double longest_search_s) {
  return {{"strategy", "the name of a solver strategy",
           [](json::value const& value) { return value.is_string() && !value.as_string().empty(); }},
          {"deadline", "a number of seconds above 0, at most " + echo(longest_search_s),
           [=](json::value const& value) {
             return value.is_number() && value.to_number<double>() > 0 && value.to_number<double>() <= longest_search_s;
           }},
          {"seed", "an integer", is_integer},
          {"node_limit", "an integer of 1 to 9e15",
           [](json::value const& value) {
             return is_integer(value) && value.to_number<double>() >= 1 && value.to_number<double>() <= 9e15;
           }},
          {"move_cost", "a number of 0 or more",
           [](json::value const& value) { return value.is_number() && value.to_number<double>() >= 0; }}};
}

// Where in the overlay something is wrong: "-> overlay -> set -> [2] -> where".
std::string at(std::string const& place, std::size_t index) { return place + " -> [" + std::to_string(index) + "]"; }

Checked keys_among(std::string const& place, json::object const& object, std::vector<std::string_view> const& allowed) {
  for (auto const& [key, value] : object)
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      std::string known;
      for (auto const name : allowed) known.append(known.empty() ? "" : ", ").append(name);
      return refuse(place + " -> " + echo_text(key) + " is unknown; accepted are: " + known);
    }
  return {};
}

Checked is_list_of(std::string const& place, json::value const& value,
                   std::function<Checked(std::string const&, json::value const&)> const& check) {
  if (!value.is_array()) return refuse(place + " must be a list");
  for (std::size_t i = 0; i < value.as_array().size(); ++i)
    if (auto good = check(at(place, i), value.as_array()[i]); !good) return good;
  return {};
}

Checked is_text(std::string const& place, json::value const& value) {
  if (value.is_string() && !value.as_string().empty()) return {};
  return refuse(place + " -> " + echo(value) + " must be a text");
}

// A mapping whose key `name` holds a non-empty mapping of fields.
Checked has_fields(std::string const& place, json::object const& item, std::string_view name) {
  auto const* fields = item.if_contains(name);
  std::string const where = place + " -> " + std::string(name);
  if (fields == nullptr || !fields->is_object() || fields->as_object().empty())
    return refuse(where + " must be a mapping of candidate fields to values");
  return {};
}

Checked check_down(std::string const& place, json::value const& down) {
  if (!down.is_object()) return refuse(place + " must be a mapping");
  if (auto good = keys_among(place, down.as_object(), {"location_id", "complex_name"}); !good) return good;
  for (auto const& [key, list] : down.as_object())
    if (auto good = is_list_of(place + " -> " + std::string(key), list, is_text); !good) return good;
  return {};
}

Checked check_exclusion(std::string const& place, json::value const& item) {
  if (!item.is_object()) return refuse(place + " must be a mapping");
  if (auto good = keys_among(place, item.as_object(), {"demand", "candidate_id"}); !good) return good;
  if (!item.as_object().contains("candidate_id")) return refuse(place + " -> candidate_id is missing");
  for (auto const& [key, value] : item.as_object())
    if (auto good = is_text(place + " -> " + std::string(key), value); !good) return good;
  return {};
}

Checked check_change(std::string const& place, json::value const& item) {
  if (!item.is_object()) return refuse(place + " must be a mapping");
  if (auto good = keys_among(place, item.as_object(), {"where", "set"}); !good) return good;
  if (auto good = has_fields(place, item.as_object(), "where"); !good) return good;
  return has_fields(place, item.as_object(), "set");
}

Checked check_factor(std::string const& place, json::value const& item) {
  if (!item.is_object()) return refuse(place + " must be a mapping");
  if (auto good = keys_among(place, item.as_object(), {"where", "factor"}); !good) return good;
  if (auto good = has_fields(place, item.as_object(), "where"); !good) return good;
  auto const* factor = item.as_object().if_contains("factor");
  if (factor != nullptr && factor->is_number() && factor->to_number<double>() >= 0) return {};
  return refuse(place + " -> factor must be a number of 0 or more");
}

}  // namespace

Checked check_solver_field(json::value const& solver, double longest_search_s) {
  if (!solver.is_object())
    return refuse("-> solver -> " + echo(solver) +
                  " did not pass validation against callable: dictionary (not of type dictionary)");
  auto const known = wishes(longest_search_s);
  std::vector<std::string_view> names;
  for (auto const& wish : known) names.push_back(wish.name);
  if (auto good = keys_among("-> solver", solver.as_object(), names); !good) return good;
  for (auto const& wish : known)
    if (auto const* value = solver.as_object().if_contains(wish.name); value != nullptr && !wish.accepts(*value))
      return refuse("-> solver -> " + std::string(wish.name) + " -> " + echo(*value) + " must be " + wish.expected);
  return {};
}

Checked check_overlay_field(json::value const& overlay) {
  std::string const place = "-> overlay";
  if (!overlay.is_object()) return refuse(place + " -> " + echo(overlay) + " must be a mapping");
  auto const& parts = overlay.as_object();
  if (auto good = keys_among(place, parts, {"down", "exclude", "set", "cost_factor"}); !good) return good;
  if (auto const* down = parts.if_contains("down"))
    if (auto good = check_down(place + " -> down", *down); !good) return good;
  using Check = Checked (*)(std::string const&, json::value const&);
  std::array<std::pair<char const*, Check>, 3> const lists{
      {{"exclude", check_exclusion}, {"set", check_change}, {"cost_factor", check_factor}}};
  for (auto const& [name, check] : lists)
    if (auto const* list = parts.if_contains(name))
      if (auto good = is_list_of(place + " -> " + name, *list, check); !good) return good;
  return {};
}

}  // namespace conductor::services::api
