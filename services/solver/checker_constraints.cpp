// The checker's reading of constraints (solver specification 5, 21.2, 21.3).
#include "services/solver/checker_parts.hpp"

#include <cmath>

namespace conductor::services::solver::checking {
namespace {

constexpr double km_per_mile = 1.609344;

// Factor to the base unit and name of the base; nothing for an unknown unit.
std::optional<std::pair<std::string, double>> unit_of(std::string const& name) {
  static std::map<std::string, std::pair<std::string, double>> const known{
      {"USD", {"money", 1}},           {"ms", {"time", 1}},   {"sec", {"time", 1000}},   {"km", {"length", 1}},
      {"mi", {"length", km_per_mile}}, {"Mbps", {"rate", 1}}, {"Kbps", {"rate", 0.001}}, {"Gbps", {"rate", 1000}}};
  auto const found = known.find(name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

bool compare(std::string const& op, double a, double b) {
  if (op == "gte") return !(a < b);
  if (op == "lte") return !(a > b);
  if (op == "gt") return a > b;
  if (op == "lt") return a < b;
  return (op == "eq") == (a == b);
}

json::value const* named_field(json::object const& candidate, std::string const& name) {
  auto const fold = [](std::string text) {
    for (auto& c : text) c = c == '-' ? '_' : c;
    return text;
  };
  auto const* exact = candidate.if_contains(name);
  if (exact && !exact->is_null()) return exact;
  for (auto const& [key, value] : candidate)
    if (!value.is_null() && fold(std::string(key)) == fold(name)) return &value;
  return nullptr;
}

std::string zone_value(json::object const& properties, json::object const& candidate) {
  auto const category = text_of(properties, "category");
  if (category == "region") return text_of(candidate, "location_id");
  if (category == "complex") return text_of(candidate, "complex_name");
  return text_of(candidate, category == "country" ? category : category + "_zone");
}

std::string key_of(json::object const& candidate) {
  return text_of(candidate, "candidate_id") + " of " + text_of(candidate, "inventory_type");
}

bool is_pairwise(std::string_view type) {
  return type == "distance_between_demands" || type == "network_between_demands" || type == "zone" ||
         type == "inventory_group" || type == "same_candidate" || type == "different_candidate";
}

Opinion opinion(bool holds) { return holds ? Opinion::yes : Opinion::no; }

}  // namespace

Place place_of(json::object const& object) {
  auto const* latitude = object.if_contains("latitude");
  auto const* longitude = object.if_contains("longitude");
  auto const phi = latitude ? number_in(*latitude) : std::nullopt,
             lambda = longitude ? number_in(*longitude) : std::nullopt;
  if (!phi || !lambda || std::abs(*phi) > 90 || std::abs(*lambda) > 180) return {};
  return {true, {*phi, *lambda}};
}

Place place_of_location(json::object const& root, std::string_view name) {
  auto const* locations = root.if_contains("locations");
  auto const* found = locations ? locations->as_object().if_contains(name) : nullptr;
  return found ? place_of(found->as_object()) : Place{};
}

bool within(json::object const& threshold, double seen, double tolerance) {
  auto const& value = threshold.at("value");
  if (value.is_object()) return *number_in(value.at("min")) <= seen && seen <= *number_in(value.at("max"));
  double const limit = *number_in(value);
  auto const op = threshold.contains("operator") ? text_of(threshold, "operator") : "=";
  if (op == "<") return seen < limit;
  if (op == ">") return seen > limit;
  if (op == ">=") return seen >= limit;
  if (op == "=") return std::abs(seen - limit) <= tolerance;
  return seen <= limit;
}

double beyond(json::object const& threshold, double seen) {
  auto const& value = threshold.at("value");
  if (value.is_object()) return std::max({0.0, *number_in(value.at("min")) - seen, seen - *number_in(value.at("max"))});
  double const limit = *number_in(value);
  return std::max(0.0, text_of(threshold, "operator").starts_with('>') ? limit - seen : seen - limit);
}

Judge::Judge(CheckedPlan const& plan, json::object const& root, Choice const& choice)
    : plan_(plan), root_(root), choice_(choice) {}

std::vector<Judge::Party> Judge::parties(json::object const& constraint) const {
  std::vector<Party> list;
  auto const add = [&](json::value const& name) {
    std::string text(name.as_string());
    for (auto const& known : list)
      if (known.demand == text) return;
    list.push_back({text, choice_.at(text)});
  };
  auto const& demands = constraint.at("demands");
  if (demands.is_array())
    for (auto const& name : demands.get_array()) add(name);
  else
    add(demands);
  return list;
}

Opinion Judge::holds(json::object const& constraint) const {
  auto const type = text_of(constraint, "type");
  if (type == "any_of" || type == "not") return group(constraint);
  auto const list = parties(constraint);
  AllOf all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    all.add(alone(constraint, list[i]).opinion);
    for (std::size_t j = i + 1; j < list.size() && is_pairwise(type); ++j)
      all.add(together(constraint, list[i], list[j]).opinion);
  }
  return all.opinion();
}

Toll Judge::toll(json::object const& constraint) const {
  Toll toll;
  auto const count = [&](Measured const& measured) {
    if (measured.opinion != Opinion::yes) ++toll.violations;
    if (measured.excess)
      toll.excess += *measured.excess;
    else
      ++toll.gaps;
  };
  auto const type = text_of(constraint, "type");
  if (type == "any_of" || type == "not") {
    count(plain(group(constraint)));
    return toll;
  }
  auto const list = parties(constraint);
  bool const per_demand = !is_pairwise(type) || constraint.at("properties").as_object().contains("location");
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (per_demand) count(alone(constraint, list[i]));
    for (std::size_t j = i + 1; j < list.size() && is_pairwise(type); ++j)
      count(together(constraint, list[i], list[j]));
  }
  return toll;
}

Opinion Judge::group(json::object const& constraint) const {
  if (text_of(constraint, "type") == "not") {
    auto const inner = holds(constraint.at("constraint").as_object());
    return inner == Opinion::yes ? Opinion::no : inner == Opinion::no ? Opinion::yes : Opinion::unknown;
  }
  auto result = Opinion::no;
  for (auto const& each : constraint.at("constraints").as_array()) {
    auto const inner = holds(each.as_object());
    if (inner == Opinion::yes) return inner;
    if (inner == Opinion::unknown) result = inner;
  }
  return result;
}

Judge::Measured Judge::alone(json::object const& constraint, Party const& party) const {
  static json::object const nothing;
  auto const type = text_of(constraint, "type");
  auto const* given = member(constraint, "properties");
  auto const& properties = given ? given->as_object() : nothing;
  if (type == "distance_to_location")
    return near(properties, place_of_location(root_, text_of(properties, "location")), place_of(*party.candidate));
  if (type == "attribute")
    return plain(meets_attributes(properties.at("evaluate").as_object(), *party.candidate, plan_.answers));
  if (type == "threshold") return thresholds(properties, party);
  if (type == "zone") return plain(zone_of_location(properties, party));
  if (type == "network_to_location") return path_from_location(properties, party);
  if (type == "license") return plain(licensed(properties, party));
  if (type == "capability") return plain(capable(properties, party));
  if (type == "hpa") return plain(flavors_fit(properties, party));
  if (type == "vim_fit") return plain(vim_has_room(properties, party));
  if (type == "instance_fit" || type == "region_fit") return plain(controller_has_room(constraint, party));
  if (is_pairwise(type)) return plain(Opinion::yes);
  return {};
}

Judge::Measured Judge::together(json::object const& constraint, Party const& a, Party const& b) const {
  static json::object const nothing;
  auto const type = text_of(constraint, "type");
  auto const* given = member(constraint, "properties");
  auto const& properties = given ? given->as_object() : nothing;
  if (type == "distance_between_demands") return near(properties, place_of(*a.candidate), place_of(*b.candidate));
  if (type == "network_between_demands") return path_between(properties, a, b);
  if (type == "zone") return plain(zones(properties, a, b));
  if (type == "inventory_group") return plain(paired(properties, a, b));
  bool const same = key_of(*a.candidate) == key_of(*b.candidate);
  if (type == "same_candidate") return plain(opinion(same));
  if (type == "different_candidate") return plain(opinion(!same));
  return {};
}

Judge::Measured Judge::near(json::object const& properties, Place const& a, Place const& b) const {
  if (!a.known || !b.known) return {};
  auto const& threshold = properties.at("distance").as_object();
  auto const km = model::distance_km(a.at, b.at);
  return {opinion(within(threshold, km, plan_.options.distance_tolerance)), beyond(threshold, km)};
}

Judge::Measured Judge::thresholds(json::object const& properties, Party const& party) const {
  AllOf all;
  double excess = 0;
  for (auto const& item : properties.at("evaluate").as_array()) {
    auto const& object = item.as_object();
    auto const attribute = text_of(object, "attribute");
    auto const limit = *number_in(object.at("threshold"));
    auto const own = unit_of(text_of(object, "unit"));
    std::optional<double> value;
    std::optional<std::pair<std::string, double>> stated;
    if (attribute == "hpa_score") {
      value = hpa_score(party.demand);
    } else if (auto const* field = named_field(*party.candidate, attribute)) {
      value = number_in(*field);
      if (field->is_object()) {
        if (auto const* inner = member(field->get_object(), "value")) value = number_in(*inner);
        stated = unit_of(text_of(field->get_object(), "unit"));
      } else if (!value && field->is_string()) {
        std::string const text(field->get_string());
        auto const space = text.find_last_of(" \t");
        stated = space == text.npos ? std::nullopt : unit_of(text.substr(space + 1));
        if (stated) value = number_in(json::value(text.substr(0, space)));
      }
    }
    if (!value || (own && stated && own->first != stated->first)) {
      all.add(Opinion::unknown);
      continue;
    }
    if (own && stated && own->second != stated->second) value = *value * stated->second / own->second;
    bool const holds = compare(text_of(object, "operator"), *value, limit);
    all.add(opinion(holds));
    if (!holds) excess += std::abs(*value - limit) * (own ? own->second : 1.0);
  }
  if (all.opinion() == Opinion::unknown) return {};
  return {all.opinion(), excess};
}

Opinion Judge::zones(json::object const& properties, Party const& a, Party const& b) const {
  auto const of_a = zone_value(properties, *a.candidate), of_b = zone_value(properties, *b.candidate);
  if (of_a.empty() || of_b.empty()) return Opinion::unknown;
  return opinion((of_a == of_b) == (properties.at("qualifier").as_string() == "same"));
}

Opinion Judge::zone_of_location(json::object const& properties, Party const& party) const {
  if (!member(properties, "location")) return Opinion::yes;
  auto const zone = zone_value(properties, *party.candidate);
  if (zone.empty()) return Opinion::unknown;
  auto const& place = root_.at("locations").at(properties.at("location").as_string()).as_object();
  return opinion((zone == text_of(place, "country")) == (properties.at("qualifier").as_string() == "same"));
}

Opinion Judge::paired(json::object const& properties, Party const& first, Party const& second) const {
  auto const a = text_of(*first.candidate, "candidate_id"), b = text_of(*second.candidate, "candidate_id");
  auto const* pairs = plan_.answers.groups.if_contains(text_of(properties, "description"));
  if (!pairs) return Opinion::no;
  for (auto const& pair : pairs->as_array()) {
    auto const x = text_in(pair.at(0)).value_or(""), y = text_in(pair.at(1)).value_or("");
    if ((x == a && y == b) || (x == b && y == a)) return Opinion::yes;
  }
  return Opinion::no;
}

Opinion Judge::flavors_fit(json::object const& properties, Party const& party) {
  if (text_of(*party.candidate, "inventory_type") != "cloud") return Opinion::yes;
  for (auto const& item : properties.at("evaluate").as_array())
    if (!hpa_fit(item.as_object(), *party.candidate)) return Opinion::no;
  return Opinion::yes;
}

std::optional<double> Judge::hpa_score(std::string const& demand) const {
  auto const& candidate = *choice_.at(demand);
  std::optional<double> sum;
  if (text_of(candidate, "inventory_type") != "cloud") return sum;
  for (auto const& [id, constraint] : root_.at("constraints").as_object()) {
    auto const& entry = constraint.as_object();
    if (text_of(entry, "type") != "hpa") continue;
    for (auto const& party : parties(entry))
      if (party.demand == demand)
        for (auto const& item : entry.at("properties").at("evaluate").as_array())
          sum = sum.value_or(0.0) + hpa_fit(item.as_object(), candidate).value_or(0.0);
  }
  return sum;
}

}  // namespace conductor::services::solver::checking
