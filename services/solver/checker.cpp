// One function per constraint type; each reads what it needs from the documents of the chosen candidates.
#include "services/solver/checker.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

struct Place {
  bool known = false;
  Coordinates at;
};

Place place_of(json::object const& object) {
  auto const* latitude = object.if_contains("latitude");
  auto const* longitude = object.if_contains("longitude");
  auto const phi = latitude ? number_in(*latitude) : std::nullopt,
             lambda = longitude ? number_in(*longitude) : std::nullopt;
  if (!phi || !lambda || std::abs(*phi) > 90 || std::abs(*lambda) > 180) return {};
  return {true, {*phi, *lambda}};
}

class Checker {
 public:
  Checker(json::object const& root, Answers const& answers, Options const& options, Choice const& choice)
      : root_(root), answers_(answers), options_(options), choice_(choice) {}

  Verdict run() {
    check_pools();
    if (auto const* constraints = root_.if_contains("constraints"); constraints && constraints->is_object())
      for (auto const& [id, constraint] : constraints->get_object()) check(constraint.as_object());
    if (auto const* objective = root_.if_contains("objective"); objective && objective->is_object())
      for (auto const& operand : objective->at("operands").as_array()) add(operand.as_object());
    return verdict_;
  }

 private:
  void fail(std::string const& what) {
    if (verdict_.fault.empty()) verdict_.fault = what;
  }

  void check_pools() {
    for (auto const& [name, demand] : root_.at("demands").as_object()) {
      auto const chosen = choice_.find(std::string_view(name));
      if (chosen == choice_.end()) {
        fail("demand '" + std::string(name) + "' has no choice");
        continue;
      }
      bool found = false;
      for (auto const& candidate : demand.at("candidates").as_array())
        found = found || candidate.if_object() == chosen->second;
      if (!found) fail("the choice of demand '" + std::string(name) + "' is none of its candidates");
    }
  }

  void check(json::object const& constraint) {
    std::vector<std::string> names;
    auto const& listed = constraint.at("demands");
    if (listed.is_string()) names.emplace_back(listed.get_string());
    if (listed.is_array())
      for (auto const& name : listed.get_array()) names.emplace_back(name.as_string());
    std::vector<json::object const*> chosen;
    for (auto const& name : std::set<std::string>(names.begin(), names.end()))
      if (auto const found = choice_.find(name); found != choice_.end()) chosen.push_back(found->second);
    auto const& properties = constraint.at("properties").as_object();
    auto const& type = constraint.at("type").as_string();
    bool holds = false;
    if (type == "distance_to_location") holds = near_location(properties, chosen);
    if (type == "distance_between_demands") holds = within_distance(properties, chosen);
    if (type == "zone") holds = zones_fit(properties, chosen);
    if (type == "inventory_group") holds = grouped_pair(properties, chosen);
    if (type == "attribute") {
      holds = true;
      for (auto const* candidate : chosen)
        holds = holds && meets_attributes(properties.at("evaluate").as_object(), *candidate, answers_);
    }
    if (!holds) fail("constraint '" + text_of(constraint, "name") + "' (" + std::string(type) + ") does not hold");
  }

  bool distance_fits(json::object const& properties, double km) const {
    auto const& distance = properties.at("distance").as_object();
    auto const& value = distance.at("value");
    if (value.is_object()) return *number_in(value.at("min")) <= km && km <= *number_in(value.at("max"));
    double const limit = *number_in(value);
    auto const op = distance.contains("operator") ? text_of(distance, "operator") : "=";
    if (op == "<") return km < limit;
    if (op == ">") return km > limit;
    if (op == ">=") return km >= limit;
    if (op == "=") return std::abs(km - limit) <= options_.distance_tolerance;
    return km <= limit;
  }

  Place location(std::string_view name) const {
    auto const* found = root_.at("locations").as_object().if_contains(name);
    return found ? place_of(found->as_object()) : Place{};
  }

  bool near_location(json::object const& properties, std::vector<json::object const*> const& chosen) const {
    auto const from = location(properties.at("location").as_string());
    for (auto const* candidate : chosen) {
      auto const to = place_of(*candidate);
      if (!from.known || !to.known || !distance_fits(properties, model::distance_km(from.at, to.at))) return false;
    }
    return true;
  }

  bool within_distance(json::object const& properties, std::vector<json::object const*> const& chosen) const {
    for (std::size_t i = 0; i < chosen.size(); ++i)
      for (std::size_t j = i + 1; j < chosen.size(); ++j) {
        auto const a = place_of(*chosen[i]), b = place_of(*chosen[j]);
        if (!a.known || !b.known || !distance_fits(properties, model::distance_km(a.at, b.at))) return false;
      }
    return true;
  }

  bool zones_fit(json::object const& properties, std::vector<json::object const*> const& chosen) const {
    auto const category = text_of(properties, "category");
    auto const field = category == "region"    ? std::string("location_id")
                       : category == "complex" ? std::string("complex_name")
                       : category == "country" ? category
                                               : category + "_zone";
    bool const same = properties.at("qualifier").as_string() == "same";
    std::vector<std::string> zones;
    for (auto const* candidate : chosen) zones.push_back(text_of(*candidate, field));
    auto const has_location = member(properties, "location") != nullptr;
    if (zones.size() < 2 && !has_location) return true;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (zones[i].empty()) return false;
      for (std::size_t j = i + 1; j < zones.size(); ++j)
        if ((zones[i] == zones[j]) != same) return false;
      if (!has_location) continue;
      auto const& place = root_.at("locations").at(properties.at("location").as_string()).as_object();
      if ((zones[i] == text_of(place, "country")) != same) return false;
    }
    return true;
  }

  bool grouped_pair(json::object const& properties, std::vector<json::object const*> const& chosen) const {
    if (chosen.size() != 2) return false;
    auto const a = text_of(*chosen[0], "candidate_id"), b = text_of(*chosen[1], "candidate_id");
    auto const* pairs = answers_.groups.if_contains(text_of(properties, "description"));
    if (!pairs) return false;
    for (auto const& pair : pairs->as_array()) {
      auto const first = text_in(pair.at(0)).value_or(""), second = text_in(pair.at(1)).value_or("");
      if ((first == a && second == b) || (first == b && second == a)) return true;
    }
    return false;
  }

  // One operand of the objective.
  void add(json::object const& operand) {
    auto const* weight_value = member(operand, "weight");
    double const weight = weight_value ? *number_in(*weight_value) : 1.0;
    auto const function = text_of(operand, "function");
    std::vector<std::string> names;
    if (auto const* list = member(operand, "function_param")) {
      if (list->is_string()) names.emplace_back(list->get_string());
      if (list->is_array())
        for (auto const& name : list->get_array()) names.emplace_back(name.as_string());
    }
    if (function == "cost")
      for (auto const& name : names) verdict_.value += weight * cost(name);
    if (function == "distance_between") add_distance(weight, names.at(0), names.at(1));
  }

  double cost(std::string const& demand) const {
    auto const* value = member(*choice_.at(demand), "cost");
    return value ? number_in(*value).value_or(std::nan("")) : 0.0;
  }

  void add_distance(double weight, std::string demand, std::string other) {
    if (!choice_.contains(demand) || (choice_.contains(other) && location(demand).known && !location(other).known))
      std::swap(demand, other);
    bool const to_location = !choice_.contains(other) || location(other).known;
    auto const from = place_of(*choice_.at(demand));
    auto const to = to_location ? location(other) : place_of(*choice_.at(other));
    bool const once = options_.cost_mode == CostMode::once;
    if (to_location && once && charged_.insert(demand).second) verdict_.value += cost(demand);
    if (!from.known || !to.known) {
      ++verdict_.gaps;
      return;
    }
    double value = model::distance_km(from.at, to.at);
    if (to_location && !once) value += cost(demand);
    verdict_.value += weight * value;
  }

  json::object const& root_;
  Answers const& answers_;
  Options const& options_;
  Choice const& choice_;
  Verdict verdict_;
  std::set<std::string> charged_;
};

bool is_unique(json::object const& candidate) {
  auto const* value = member(candidate, "uniqueness");
  return value && boolean_in(*value).value_or(false);
}

}  // namespace

Verdict check_solution(json::value const& translated, Answers const& answers, Options const& options,
                       Choice const& choice) {
  try {
    return Checker(translated.at("conductor_solver").as_object(), answers, options, choice).run();
  } catch (std::exception const& error) {
    return {std::string("the checker cannot read the plan: ") + error.what(), 0, 0};
  }
}

std::string check_series(std::vector<Choice> const& choices) {
  std::set<Choice> seen;
  std::set<std::pair<std::string, json::object const*>> used;
  for (auto const& choice : choices) {
    if (!seen.insert(choice).second) return "two solutions are the same";
    for (auto const& [demand, candidate] : choice)
      if (is_unique(*candidate) && !used.emplace(demand, candidate).second)
        return "demand '" + demand + "' uses the unique candidate '" + text_of(*candidate, "candidate_id") + "' twice";
  }
  return "";
}

}  // namespace conductor::services::solver
