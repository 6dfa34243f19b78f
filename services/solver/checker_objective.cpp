// The checker's reading of both grammars of the objective (solver specification 8, 9).
#include "services/solver/checker_objective.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

using constraints::Judge;
using constraints::place_of;
using constraints::place_of_location;

std::vector<std::string> split(std::string const& text) {
  std::vector<std::string> tokens(1);
  for (char const c : text) {
    if (c == ',')
      tokens.emplace_back();
    else if (c != ' ' && c != '\t')
      tokens.back() += c;
  }
  std::erase(tokens, std::string());
  return tokens;
}

class ObjectiveCheck {
 public:
  ObjectiveCheck(CheckedPlan const& plan, json::object const& root, Choice const& choice, Judge const& judge,
                 Verdict& verdict)
      : plan_(plan), root_(root), choice_(choice), judge_(judge), verdict_(verdict) {}

  void run(json::object const& objective) {
    if (objective.contains("operation_function")) {
      verdict_.value += combine(objective.at("operation_function").as_object());
      return;
    }
    for (auto const& operand : objective.at("operands").as_array()) add(operand.as_object());
  }

 private:
  // One operand of the base grammar.
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
    if (function == "hpa_score")
      for (auto const& name : names) verdict_.value -= weight * judge_.hpa_score(name).value_or(0.0);
    if (function == "distance_between" || function == "latency_between")
      add_distance(weight, names.at(0), names.at(1), function == "latency_between");
  }

  double cost(std::string const& demand) const {
    auto const& candidate = *choice_.at(demand);
    auto const* existing = member(candidate, "existing_placement");
    bool const stays = plan_.move_cost && existing && boolean_in(*existing).value_or(false);
    auto const* value = stays ? member(candidate, "normal_cost") : nullptr;
    if (!value) value = member(candidate, "cost");
    return value ? number_in(*value).value_or(std::nan("")) : 0.0;
  }

  bool is_location(std::string const& name) const {
    auto const* locations = root_.if_contains("locations");
    return locations && locations->as_object().contains(name);
  }

  void add_distance(double weight, std::string demand, std::string other, bool latency) {
    bool const first_is_demand = choice_.contains(demand);
    if (!first_is_demand || (choice_.contains(other) && is_location(demand) && !is_location(other)))
      std::swap(demand, other);
    if (!choice_.contains(other) || is_location(other)) {
      bool const once = plan_.options.cost_mode == CostMode::once;
      if (once && charged_.insert(demand).second) verdict_.value += cost(demand);
      if (auto const value = to_location(other, demand, latency))
        verdict_.value += weight * (*value + (once ? 0.0 : cost(demand)));
      else
        ++verdict_.gaps;
      return;
    }
    if (auto const value = between(demand, other, latency))
      verdict_.value += weight * *value;
    else
      ++verdict_.gaps;
  }

  std::optional<double> to_location(std::string const& location, std::string const& demand, bool latency) {
    auto const from = place_of_location(root_, location);
    auto const to = place_of(*choice_.at(demand));
    std::optional<double> steps = 0.0;
    if (latency) {
      auto const& place = root_.at("locations").at(location).as_object();
      steps = step(text_of(place, "country"), text_of(*choice_.at(demand), "country"));
      if (!steps && verdict_.fault.empty())
        verdict_.fault =
            "demand '" + demand + "' has a choice whose country is in no latency group of '" + location + "'";
    }
    if (!from.known || !to.known || !steps) return std::nullopt;
    return model::distance_km(from.at, to.at) + plan_.options.latency_step * *steps;
  }

  std::optional<double> between(std::string const& first, std::string const& second, bool latency) const {
    auto const from = place_of(*choice_.at(first)), to = place_of(*choice_.at(second));
    if (!from.known || !to.known) return std::nullopt;
    auto const km = model::distance_km(from.at, to.at);
    if (!latency) return km;
    auto const home = text_of(*choice_.at(first), "country");
    auto const groups = groups_of(home);
    if (!groups) return std::nullopt;
    auto const steps = step(home, text_of(*choice_.at(second), "country"));
    return km + plan_.options.latency_step * steps.value_or(static_cast<double>(groups->size()));
  }

  // Country codes per group; a last group of everybody else is empty.
  std::optional<std::vector<std::vector<std::string>>> groups_of(std::string const& home) const {
    auto const& rows = plan_.answers.latency_countries;
    auto const* row = home.empty() ? nullptr : rows.if_contains(home);
    if (!row) row = rows.if_contains("*");
    if (!row || !row->is_array()) return std::nullopt;
    std::vector<std::vector<std::string>> groups;
    auto const& list = row->get_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      auto const tokens = split(text_in(list[i]).value_or(""));
      bool const others = i + 1 == list.size() && tokens.size() == 1 && tokens[0] == "*";
      std::vector<std::string> codes;
      for (auto const& token : tokens) {
        if (auto const* region = plan_.answers.latency_placeholders.if_contains(token)) {
          for (auto const& code : split(text_in(*region).value_or(""))) codes.push_back(code);
        } else if (token.size() == 3) {
          codes.push_back(token);
        }
      }
      if (others || !codes.empty()) groups.push_back(others ? std::vector<std::string>() : codes);
    }
    return groups;
  }

  std::optional<double> step(std::string const& home, std::string const& country) const {
    auto const groups = groups_of(home);
    if (!groups) return std::nullopt;
    for (std::size_t i = 0; i < groups->size(); ++i)
      for (auto const& code : (*groups)[i])
        if (code == country) return static_cast<double>(i);
    if (groups->empty() || !groups->back().empty()) return std::nullopt;
    return static_cast<double>(groups->size() - 1);
  }

  // A node of the generic grammar.
  double combine(json::object const& node) {
    std::vector<double> values;
    for (auto const& each : node.at("operands").as_array()) {
      auto const& operand = each.as_object();
      double value = 0;
      if (auto const* nested = member(operand, "operation_function")) {
        value = combine(nested->as_object());
      } else if (auto const found = function(operand)) {
        value = *found;
      } else {
        ++verdict_.gaps;
        continue;
      }
      if (auto const* range = member(operand, "normalization")) {
        auto const start = *number_in(range->at("start")), end = *number_in(range->at("end"));
        value = (value - start) / (end - start);
      }
      if (auto const* weight = member(operand, "weight")) value *= *number_in(*weight);
      values.push_back(value);
    }
    auto const op = text_of(node, "operator");
    double result = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (op == "sum")
        result += values[i];
      else if (i == 0 || (op == "min") == (values[i] < result))
        result = values[i];
    }
    return result;
  }

  std::optional<double> function(json::object const& operand) {
    auto const& params = operand.at("params").as_object();
    auto const name = text_of(operand, "function");
    if (name != "attribute") {
      bool const latency = name == "latency_between";
      if (auto const* pair = member(params, "demands"); pair && pair->is_array())
        return between(std::string(pair->at(0).as_string()), std::string(pair->at(1).as_string()), latency);
      return to_location(text_of(params, "location"), text_of(params, "demand"), latency);
    }
    auto const demand = text_of(params, "demand");
    auto attribute = text_of(params, "attribute");
    if (attribute == "hpa_score") return judge_.hpa_score(demand);
    auto const& candidate = *choice_.at(demand);
    for (auto const* turn : {"  ", "-_", "_-"}) {
      std::replace(attribute.begin(), attribute.end(), turn[0], turn[1]);
      if (auto const* value = member(candidate, attribute)) return number_in(*value);
    }
    return std::nullopt;
  }

  CheckedPlan const& plan_;
  json::object const& root_;
  Choice const& choice_;
  Judge const& judge_;
  Verdict& verdict_;
  std::set<std::string> charged_;
};

}  // namespace

void add_objective(CheckedPlan const& plan, json::object const& root, Choice const& choice,
                   constraints::Judge const& judge, Verdict& verdict) {
  if (auto const* objective = root.if_contains("objective"); objective && objective->is_object())
    ObjectiveCheck(plan, root, choice, judge, verdict).run(objective->get_object());
}

}  // namespace conductor::services::solver
