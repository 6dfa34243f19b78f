// Cost enters inside the weight of each location operand of a demand (per_operand), or once per demand that has one
// (once).
#include "services/solver/objective.hpp"

#include <algorithm>

namespace conductor::services::solver {
namespace {

class ObjectiveReader {
 public:
  explicit ObjectiveReader(Plan const& plan) : plan_(plan) {}

  std::vector<Operand> read(json::value const& value) {
    if (!value.is_object()) throw InvalidPlan("the objective is " + shown(value) + ", not an object");
    auto const& objective = value.get_object();
    if (member(objective, "operation_function"))
      throw InvalidPlan(
          "the objective uses the generic grammar (operation_function), which is not supported; use minimize, "
          "sum and product");
    // min_aic: aic_version stands among the operands, which is what counts here.
    if (text_of(objective, "goal") != "min_aic") expect(objective, "goal", "min");
    expect(objective, "operation", "sum");
    auto const* operands = member(objective, "operands");
    if (!operands || !operands->is_array()) throw InvalidPlan("the objective has no list 'operands'");
    std::vector<Operand> list;
    for (auto const& operand : operands->get_array()) {
      where_ = "operand " + std::to_string(list.size() + 1) + " of the objective";
      if (!operand.is_object()) throw InvalidPlan(where_ + " is " + shown(operand) + ", not an object");
      list.push_back(read_operand(operand.get_object()));
    }
    return list;
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
    if (function == "distance_between") {
      read_distance(operand, names);
    } else if (function == "cost" || function == "aic_version") {
      operand.function = function == "cost" ? Function::cost : Function::newest_version;
      for (auto const& name : names) operand.demands.push_back(demand(name));
    } else {
      throw InvalidPlan(where_ + " uses the function '" + function +
                        "'; supported are distance_between, cost and aic_version");
    }
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

  void read_distance(Operand& operand, std::vector<std::string> const& names) {
    if (names.size() != 2)
      throw InvalidPlan(where_ + ": distance_between has " + std::to_string(names.size()) + " arguments; it needs two");
    for (auto const& name : names) {
      // A name that both a demand and a location have means the demand, unless the other one is a demand already.
      auto const found = plan_.find_demand(name);
      auto const location = plan_.find_location(name);
      if (location && (!found || operand.demands.size() == 1)) {
        if (operand.function == Function::location_distance) fail_pair(names);
        operand.function = Function::location_distance;
        operand.location = *location;
      } else {
        operand.demands.push_back(demand(name));
      }
    }
    if (operand.demands.size() == 2) operand.function = Function::demand_distance;
    if (operand.demands.empty() || (operand.demands.size() == 2 && operand.demands[0] == operand.demands[1]))
      fail_pair(names);
  }

  [[noreturn]] void fail_pair(std::vector<std::string> const& names) const {
    throw InvalidPlan(where_ + ": distance_between of '" + names[0] + "' and '" + names[1] +
                      "'; it needs a location and a demand, or two different demands");
  }

  std::uint32_t demand(std::string const& name) const {
    auto const found = plan_.find_demand(name);
    if (!found) throw InvalidPlan(where_ + " names '" + name + "', which is no demand of the plan");
    return *found;
  }

  Plan const& plan_;
  std::string where_;
};

bool lists(Operand const& operand, std::uint32_t demand) {
  return std::find(operand.demands.begin(), operand.demands.end(), demand) != operand.demands.end();
}

// Number of times; a list may name a demand twice.
double times_listed(Operand const& operand, std::uint32_t demand) {
  return static_cast<double>(std::count(operand.demands.begin(), operand.demands.end(), demand));
}

}  // namespace

std::optional<std::vector<Operand>> read_objective(Plan const& plan, json::value const* objective) {
  if (!objective) return std::nullopt;
  return ObjectiveReader(plan).read(*objective);
}

std::vector<bool> demands_with_versions(Plan const& plan) {
  std::vector<bool> count(plan.demands.size(), false);
  if (!plan.objective) return count;
  for (auto const& operand : *plan.objective) {
    if (operand.function != Function::newest_version) continue;
    if (operand.demands.empty()) count.assign(count.size(), true);
    for (auto const d : operand.demands) count[d] = true;
  }
  return count;
}

Score unary_score(Plan const& plan, Options const& options, std::uint32_t demand, std::uint32_t candidate) {
  Score score;
  if (!plan.objective) return score;
  auto const& pool = plan.demands[demand];
  bool located = false;
  for (auto const& operand : *plan.objective) {
    if (operand.function == Function::cost)
      score.value += operand.weight * times_listed(operand, demand) * pool.costs[candidate];
    if (operand.function != Function::location_distance || !lists(operand, demand)) continue;
    located = true;
    if (pool.sites[candidate] == no_site) {
      ++score.gaps;
      continue;
    }
    auto const km = model::distance_km(plan.locations[operand.location].where, plan.sites[pool.sites[candidate]].where);
    score.value += operand.weight * (options.cost_mode == CostMode::per_operand ? km + pool.costs[candidate] : km);
  }
  if (located && options.cost_mode == CostMode::once) score.value += pool.costs[candidate];
  return score;
}

std::vector<PairCost> pair_costs(Plan const& plan) {
  std::vector<PairCost> pairs;
  if (!plan.objective) return pairs;
  for (auto const& operand : *plan.objective) {
    if (operand.function != Function::demand_distance) continue;
    auto const [first, second] = std::minmax(operand.demands[0], operand.demands[1]);
    auto found = std::find_if(pairs.begin(), pairs.end(), [f = first, s = second](auto const& pair) {
      return pair.first == f && pair.second == s;
    });
    if (found == pairs.end()) found = pairs.insert(pairs.end(), PairCost{first, second, {}});
    found->weights.push_back(operand.weight);
  }
  return pairs;
}

Score pair_score(Plan const& plan, PairCost const& pair, std::uint32_t site_of_first, std::uint32_t site_of_second) {
  if (site_of_first == no_site || site_of_second == no_site)
    return {0, static_cast<std::uint32_t>(pair.weights.size())};
  auto const km = model::distance_km(plan.sites[site_of_first].where, plan.sites[site_of_second].where);
  Score score;
  for (auto const weight : pair.weights) score.value += weight * km;
  return score;
}

Score total_score(Plan const& plan, Options const& options, std::span<std::uint32_t const> choice) {
  Score total;
  if (!plan.objective) return total;
  std::vector<bool> charged(plan.demands.size(), false);
  auto const site = [&](std::uint32_t d) { return plan.demands[d].sites[choice[d]]; };
  auto const cost = [&](std::uint32_t d) { return plan.demands[d].costs[choice[d]]; };
  for (auto const& operand : *plan.objective) {
    switch (operand.function) {
      case Function::cost:
        for (auto const d : operand.demands) total.value += operand.weight * cost(d);
        break;
      case Function::location_distance: {
        auto const d = operand.demands[0];
        if (options.cost_mode == CostMode::once && !charged[d]) {
          charged[d] = true;
          total.value += cost(d);
        }
        if (site(d) == no_site) {
          ++total.gaps;
          break;
        }
        auto const km = model::distance_km(plan.locations[operand.location].where, plan.sites[site(d)].where);
        total.value += operand.weight * (options.cost_mode == CostMode::per_operand ? km + cost(d) : km);
        break;
      }
      case Function::demand_distance: {
        auto const score =
            pair_score(plan, {0, 0, {operand.weight}}, site(operand.demands[0]), site(operand.demands[1]));
        total.value += score.value;
        total.gaps += score.gaps;
        break;
      }
      case Function::newest_version:
        break;
    }
  }
  return total;
}

std::vector<std::uint32_t> decision_order(Plan const& plan) {
  std::vector<std::uint32_t> order;
  std::vector<bool> listed(plan.demands.size(), false);
  auto const append = [&](std::uint32_t demand) {
    if (!listed[demand]) order.push_back(demand);
    listed[demand] = true;
  };
  static std::vector<Operand> const nothing;
  auto const& operands = plan.objective ? *plan.objective : nothing;
  std::size_t closed = 0;
  auto const close = [&] {
    for (; closed < order.size(); ++closed)
      for (auto const& operand : operands)
        if (operand.function == Function::demand_distance && lists(operand, order[closed]))
          for (auto const d : operand.demands) append(d);
  };
  for (auto const& operand : operands)
    if (operand.function == Function::location_distance) append(operand.demands[0]);
  if (order.empty()) append(0);
  close();
  for (std::uint32_t d = 0; d < plan.demands.size(); ++d) {
    append(d);
    close();
  }
  return order;
}

}  // namespace conductor::services::solver
