// Reading of the base grammar, and what follows from the list of operands alone.
#include "services/solver/objective.hpp"

#include <algorithm>

namespace conductor::services::solver {
namespace {

class ObjectiveReader {
 public:
  explicit ObjectiveReader(Plan const& plan) : plan_(plan) {}

  Objective read(json::object const& objective) {
    // min_aic: aic_version stands among the operands, which is what counts here.
    if (text_of(objective, "goal") != "min_aic") expect(objective, "goal", "min");
    expect(objective, "operation", "sum");
    auto const* operands = member(objective, "operands");
    if (!operands || !operands->is_array()) throw InvalidPlan("the objective has no list 'operands'");
    Objective result;
    for (auto const& operand : operands->get_array()) {
      where_ = "operand " + std::to_string(result.operands.size() + 1) + " of the objective";
      if (!operand.is_object()) throw InvalidPlan(where_ + " is " + shown(operand) + ", not an object");
      result.operands.push_back(read_operand(operand.get_object()));
    }
    return result;
  }

 private:
  static void expect(json::object const& objective, char const* key, std::string_view wanted) {
    auto const given = text_of(objective, key);
    if (given != wanted)
      throw InvalidPlan("the objective has the " + std::string(key) + " '" + given + "'; only '" + std::string(wanted) +
                        "' is supported");
  }

  Operand read_operand(json::object const& document) {
    Operand operand;
    if (auto const* weight = member(document, "weight")) {
      auto const number = number_in(*weight);
      if (!number) throw InvalidPlan(where_ + " has the weight " + shown(*weight) + ", which is not a number");
      operand.weight = *number;
    }
    auto const function = text_of(document, "function");
    auto const names = read_names(member(document, "function_param"));
    if (function == "distance_between" || function == "latency_between") {
      read_ends(plan_, operand, function == "latency_between", names, where_);
      return operand;
    }
    if (function == "cost")
      operand.function = Function::cost;
    else if (function == "aic_version")
      operand.function = Function::newest_version;
    else if (function == "hpa_score")
      operand.function = Function::hpa_score;
    else
      throw InvalidPlan(where_ + " uses the function '" + function +
                        "'; supported are distance_between, latency_between, hpa_score, cost and aic_version");
    for (auto const& name : names) operand.demands.push_back(demand_named(plan_, name, where_));
    return operand;
  }

  std::vector<std::string> read_names(json::value const* value) {
    std::vector<std::string> names;
    auto const add = [&](json::value const& name) {
      if (!name.is_string()) throw InvalidPlan(where_ + " has the argument " + shown(name) + "; names are expected");
      names.emplace_back(name.get_string());
    };
    if (value && value->is_array())
      for (auto const& name : value->get_array()) add(name);
    else if (value)
      add(*value);
    return names;
  }

  Plan const& plan_;
  std::string where_;
};

bool lists(Operand const& operand, std::uint32_t demand) {
  return std::find(operand.demands.begin(), operand.demands.end(), demand) != operand.demands.end();
}

bool is_pair(Operand const& operand) {
  return operand.function == Function::demand_distance || operand.function == Function::demand_latency;
}

}  // namespace

std::uint32_t demand_named(Plan const& plan, std::string_view name, std::string const& where) {
  auto const found = plan.find_demand(name);
  if (!found) throw InvalidPlan(where + " names '" + std::string(name) + "', which is no demand of the plan");
  return *found;
}

void read_ends(Plan const& plan, Operand& operand, bool latency, std::vector<std::string> const& names,
               std::string const& where) {
  auto const function = std::string(latency ? "latency_between" : "distance_between");
  if (names.size() != 2)
    throw InvalidPlan(where + ": " + function + " has " + std::to_string(names.size()) + " arguments; it needs two");
  auto const fail = [&] {
    throw InvalidPlan(where + ": " + function + " of '" + names[0] + "' and '" + names[1] +
                      "'; it needs a location and a demand, or two different demands");
  };
  std::optional<std::uint32_t> location;
  for (auto const& name : names) {
    // A name that both a demand and a location have means the demand, unless the other one is a demand already.
    auto const found = plan.find_demand(name);
    auto const place = plan.find_location(name);
    if (place && (!found || operand.demands.size() == 1)) {
      if (location) fail();
      location = place;
    } else {
      operand.demands.push_back(demand_named(plan, name, where));
    }
  }
  if (operand.demands.empty() || (operand.demands.size() == 2 && operand.demands[0] == operand.demands[1])) fail();
  operand.location = location.value_or(0);
  if (location)
    operand.function = latency ? Function::location_latency : Function::location_distance;
  else
    operand.function = latency ? Function::demand_latency : Function::demand_distance;
}

std::optional<Objective> read_objective(Plan const& plan, json::value const* objective) {
  if (!objective) return std::nullopt;
  if (!objective->is_object()) throw InvalidPlan("the objective is " + shown(*objective) + ", not an object");
  if (member(objective->get_object(), "operation_function"))
    return read_generic_objective(plan, objective->get_object());
  return ObjectiveReader(plan).read(objective->get_object());
}

std::vector<bool> demands_with_versions(Plan const& plan) {
  std::vector<bool> count(plan.demands.size(), false);
  if (!plan.objective) return count;
  for (auto const& operand : plan.objective->operands) {
    if (operand.function != Function::newest_version) continue;
    if (operand.demands.empty()) count.assign(count.size(), true);
    for (auto const d : operand.demands) count[d] = true;
  }
  return count;
}

std::vector<std::uint32_t> decision_order(Plan const& plan) {
  std::vector<std::uint32_t> order;
  std::vector<bool> listed(plan.demands.size(), false);
  auto const append = [&](std::uint32_t demand) {
    if (!listed[demand]) order.push_back(demand);
    listed[demand] = true;
  };
  // Of the generic grammar the original sees no operand here.
  static std::vector<Operand> const nothing;
  auto const& operands = plan.objective ? plan.objective->operands : nothing;
  std::size_t closed = 0;
  auto const close = [&] {
    for (; closed < order.size(); ++closed)
      for (auto const& operand : operands)
        if (is_pair(operand) && lists(operand, order[closed]))
          for (auto const d : operand.demands) append(d);
  };
  for (auto const& operand : operands)
    if (operand.function == Function::location_distance || operand.function == Function::location_latency)
      append(operand.demands[0]);
  if (order.empty()) append(0);
  close();
  for (std::uint32_t d = 0; d < plan.demands.size(); ++d) {
    append(d);
    close();
  }
  return order;
}

Parts make_parts(Plan const& plan, Options const& options, Filtered const& filtered) {
  Parts parts;
  add_operands(plan, options, filtered, parts);
  add_tree(plan, options, filtered, parts);
  add_soft_constraints(plan, filtered, parts);
  add_moves(plan, parts);
  return parts;
}

Score total_score(Parts const& parts, std::span<std::uint32_t const> choice) {
  Score total;
  for (auto const& part : parts.unary)
    for (std::uint32_t d = 0; d < choice.size(); ++d) total += part->score(d, choice[d]);
  for (auto const& part : parts.pairs) total += part->score(choice[part->first()], choice[part->second()]);
  for (auto const& part : parts.terms) total += part->score(Chosen(choice));
  return total;
}

double as_reported(Plan const& plan, double value) {
  if (!plan.objective || !plan.objective->maximize) return value;
  return 0.0 - value;  // no negative zero
}

}  // namespace conductor::services::solver
