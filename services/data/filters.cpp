#include "services/data/filters.hpp"

#include "core/gazetteer/countries.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::services::data {

namespace json = boost::json;
using sdk::Errc;
using sdk::Error;

namespace {

constexpr std::array query_attributes{"service-type", "equipment-role", "model-invariant-id", "model-version-id"};

std::string with_hyphens(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::optional<double> number_in(json::value const& value) {
  if (value.is_number()) return value.to_number<double>();
  if (auto const* text = value.if_string()) {
    double number = 0;
    auto const [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failed == std::errc() && end == text->data() + text->size() && !text->empty()) return number;
  }
  return std::nullopt;
}

std::string text_in(json::value const& value) {
  if (auto const* text = value.if_string()) return std::string(*text);
  return json::serialize(value);
}

bool is_absent(json::value const& value) {
  if (value.is_null()) return true;
  if (auto const* text = value.if_string()) return text->empty();
  return false;
}

// The field of a candidate as text; empty when absent or null.
std::string field(json::object const& fields, std::string_view name) {
  auto const* value = fields.if_contains(name);
  return value == nullptr || value->is_null() ? "" : text_in(*value);
}

std::string text_of(json::object const& requirement, std::string_view key) {
  auto const* value = requirement.if_contains(key);
  return value == nullptr || !value->is_string() ? "" : std::string(value->as_string());
}

// A text or a list of texts; empty when absent, null or an empty text.
std::vector<std::string> texts_of(json::object const& requirement, std::string_view key) {
  std::vector<std::string> texts;
  auto const* given = requirement.if_contains(key);
  if (given == nullptr) return texts;
  if (auto const* list = given->if_array())
    for (auto const& item : *list) texts.push_back(text_in(item));
  else if (!is_absent(*given))
    texts.push_back(text_in(*given));
  return texts;
}

bool in_list(json::array const& list, json::value const& have) {
  return std::any_of(list.begin(), list.end(), [&](json::value const& item) { return same_value(item, have); });
}

sdk::Drop drop_of(sdk::Candidate const& candidate, std::string code, std::string text) {
  return {candidate.candidate_id, field(candidate.fields, "location_id"), std::move(code), std::move(text)};
}

// "US-TX", "USA-TX" or "TX" against state and country.
bool subdivision_matches(std::string const& wanted, std::string const& state, std::string const& country) {
  auto const hyphen = wanted.find('-');
  if (hyphen == std::string::npos) return wanted == state;
  return wanted.substr(hyphen + 1) == state && !country.empty() &&
         gazetteer::same_country(wanted.substr(0, hyphen), country);
}

// Whether the candidate's region offers an enabled flavor with one of these names or ids.
bool offers_flavor(json::object const& fields, std::vector<std::string> const& wanted) {
  auto const* list = fields.if_contains("flavors");
  if (list != nullptr && list->is_object()) list = list->as_object().if_contains("flavor");
  if (list == nullptr || !list->is_array()) return false;
  return std::any_of(list->as_array().begin(), list->as_array().end(), [&](json::value const& item) {
    auto const* flavor = item.if_object();
    if (flavor == nullptr) return false;
    if (auto const* disabled = flavor->if_contains("flavor-disabled"); disabled && same_value(*disabled, true))
      return false;
    return std::any_of(wanted.begin(), wanted.end(), [&](auto const& name) {
      return name == text_of(*flavor, "flavor-name") || name == text_of(*flavor, "flavor-id");
    });
  });
}

// Types whose items may have no place; the others are somewhere, known or not.
bool is_slice(std::string_view inventory_type) {
  return inventory_type.starts_with("ns") || inventory_type == "slice_profiles";
}

// Whether a restriction to a place says something about the candidate.
bool is_bound_by(sdk::Candidate const& candidate, std::string_view name) {
  auto const* value = candidate.fields.if_contains(name);
  return value != nullptr && !(value->is_null() && is_slice(candidate.inventory_type));
}

}  // namespace

bool selects_at_query(std::string_view attribute) {
  return std::find(query_attributes.begin(), query_attributes.end(), with_hyphens(attribute)) != query_attributes.end();
}

bool same_value(json::value const& a, json::value const& b) {
  if (a == b) return true;
  if (a.is_bool() || b.is_bool()) return text_in(a) == text_in(b);
  // Two texts are equal only letter by letter; a number and a numeric text by value.
  if (a.is_string() && b.is_string()) return false;
  auto const x = number_in(a), y = number_in(b);
  return x && y && *x == *y;
}

sdk::Result<bool> attribute_matches(json::value const& wanted, json::value const& have) {
  json::value const* values = &wanted;
  bool negated = false;
  if (auto const* form = wanted.if_object()) {
    negated = form->contains("not");
    values = form->if_contains(negated ? "not" : "any");
    if (values == nullptr || form->size() != 1)
      return Error{Errc::invalid,
                   "expected a value, a list, {any: [...]} or {not: [...]}, got " + json::serialize(wanted)};
  }
  json::array list;
  if (auto const* items = values->if_array())
    list = *items;
  else if (!is_absent(*values))
    list.push_back(*values);
  if (negated) return is_absent(have) || !in_list(list, have);
  // No values: no restriction, but the attribute must exist.
  if (list.empty()) return !have.is_null();
  if (is_absent(have)) return !have.is_null() && in_list(list, have);
  return in_list(list, have);
}

sdk::Result<std::vector<Filter::Named>> Filter::read_names(std::string const& demand, json::object const& requirement,
                                                           std::string_view key) {
  std::vector<Named> names;
  auto const* given = requirement.if_contains(key);
  if (given == nullptr || given->is_null()) return names;
  json::array one;
  auto const* items = given->if_array();
  if (items == nullptr) {
    one.push_back(*given);
    items = &one;
  }
  for (auto const& item : *items) {
    auto const* entry = item.if_object();
    auto const* ids = entry == nullptr ? nullptr : entry->if_contains("candidate_id");
    if (ids == nullptr || !(ids->is_string() || ids->is_array()))
      return Error{Errc::invalid, "Each entry of " + std::string(key) + " in demand " + demand +
                                      " must be a mapping with candidate_id as text or list, got " +
                                      json::serialize(item)};
    std::string const type = text_of(*entry, "inventory_type");
    if (auto const* id = ids->if_string()) names.push_back({type, std::string(*id)});
    if (auto const* list = ids->if_array())
      for (auto const& id : *list) names.push_back({type, text_in(id)});
  }
  return names;
}

sdk::Result<Filter> Filter::from(std::string const& demand, json::object const& requirement) {
  Filter filter;
  filter.demand_ = demand;
  for (auto const* key : {"filtering_attributes", "attributes"})
    if (auto const* given = requirement.if_contains(key); given != nullptr && given->is_object())
      filter.attributes_ = given->as_object();
  filter.region_ = text_of(requirement, "region");
  filter.complex_ = text_of(requirement, "complex");
  filter.subdivisions_ = texts_of(requirement, "subdivision");
  filter.flavors_ = texts_of(requirement, "flavor");
  for (auto& [key, target] :
       {std::pair{"required_candidates", &filter.required_}, std::pair{"excluded_candidates", &filter.excluded_},
        std::pair{"existing_placement", &filter.existing_}}) {
    auto names = read_names(demand, requirement, key);
    if (!names) return names.error();
    *target = std::move(*names);
  }
  return filter;
}

bool Filter::contains(std::vector<Named> const& names, sdk::Candidate const& candidate) {
  return std::any_of(names.begin(), names.end(), [&](Named const& name) {
    return name.candidate_id == candidate.candidate_id &&
           (name.inventory_type.empty() || name.inventory_type == candidate.inventory_type);
  });
}

sdk::Result<std::optional<sdk::Drop>> Filter::judge_attributes(sdk::Candidate const& candidate) const {
  for (auto const& [name, wanted] : attributes_) {
    if (selects_at_query(name)) continue;
    auto const* have = candidate.attributes.if_contains(name);
    if (have == nullptr) have = candidate.attributes.if_contains(with_hyphens(name));
    auto const matches = attribute_matches(wanted, have == nullptr ? json::value(nullptr) : *have);
    if (!matches)
      return Error{Errc::invalid,
                   "Filtering attribute " + std::string(name) + " of demand " + demand_ + ": " + matches.error().text};
    if (!*matches)
      return std::optional(drop_of(candidate, "ATTRIBUTE_MISMATCH",
                                   std::string(name) + " is " + (have == nullptr ? "absent" : json::serialize(*have)) +
                                       ", wanted " + json::serialize(wanted)));
  }
  return std::optional<sdk::Drop>();
}

std::optional<sdk::Drop> Filter::judge_place(sdk::Candidate const& candidate) const {
  if (!region_.empty() && is_bound_by(candidate, "location_id"))
    if (auto const location = field(candidate.fields, "location_id"); location != region_)
      return drop_of(candidate, "REGION_MISMATCH", "location_id is " + location + ", wanted " + region_);
  if (!complex_.empty() && is_bound_by(candidate, "physical_location_id"))
    if (auto const complex = field(candidate.fields, "physical_location_id"); complex != complex_)
      return drop_of(candidate, "COMPLEX_MISMATCH", "physical_location_id is " + complex + ", wanted " + complex_);
  if (!subdivisions_.empty() && is_bound_by(candidate, "state"))
    if (auto const state = field(candidate.fields, "state"), country = field(candidate.fields, "country");
        std::none_of(subdivisions_.begin(), subdivisions_.end(),
                     [&](auto const& wanted) { return subdivision_matches(wanted, state, country); }))
      return drop_of(candidate, "SUBDIVISION_MISMATCH",
                     "state is " + state + " in " + country + ", wanted another subdivision");
  if (!flavors_.empty() && candidate.inventory_type == "cloud" && !offers_flavor(candidate.fields, flavors_))
    return drop_of(candidate, "FLAVOR_MISMATCH",
                   candidate.fields.contains("flavors") ? "it offers no enabled flavor of the wanted names or ids"
                                                        : "no flavors are known of it, wanted one by name or id");
  return std::nullopt;
}

sdk::Result<std::optional<sdk::Drop>> Filter::judge(sdk::Candidate const& candidate, bool explicit_candidate) const {
  if (!explicit_candidate) {
    auto dropped = judge_attributes(candidate);
    if (!dropped || *dropped) return dropped;
    if (auto place = judge_place(candidate)) return std::optional(std::move(*place));
  }
  if (contains(excluded_, candidate))
    return std::optional(drop_of(candidate, "EXCLUDED", "listed in excluded_candidates"));
  if (!required_.empty() && !contains(required_, candidate))
    return std::optional(drop_of(candidate, "NOT_REQUIRED", "not listed in required_candidates"));
  return std::optional<sdk::Drop>();
}

std::optional<bool> Filter::is_existing(sdk::Candidate const& candidate) const {
  if (existing_.empty()) return std::nullopt;
  return contains(existing_, candidate);
}

}  // namespace conductor::services::data
