// Reading of the generic grammar (template specification 9): a tree of sums, minima and maxima over functions.
#include "services/solver/objective.hpp"

#include <cmath>

namespace conductor::services::solver {
namespace {

class TreeReader {
 public:
  explicit TreeReader(Plan const& plan) : plan_(plan) {}

  Node read_function(json::value const& value, std::string const& where) {
    if (!value.is_object()) throw InvalidPlan(where + " is " + shown(value) + ", not an object");
    auto const& document = value.get_object();
    Node node;
    auto const op = text_of(document, "operator");
    if (op == "sum")
      node.kind = Node::Kind::sum;
    else if (op == "min")
      node.kind = Node::Kind::minimum;
    else if (op == "max")
      node.kind = Node::Kind::maximum;
    else
      throw InvalidPlan(where + " has the operator '" + op + "'; it must be sum, min or max");
    auto const* operands = member(document, "operands");
    if (!operands || !operands->is_array() || operands->get_array().empty())
      throw InvalidPlan(where + " has no operands; a list of at least one is needed");
    for (auto const& operand : operands->get_array())
      node.operands.push_back(read_operand(operand, where + ", operand " + std::to_string(node.operands.size() + 1)));
    return node;
  }

 private:
  Node read_operand(json::value const& value, std::string const& where) {
    if (!value.is_object()) throw InvalidPlan(where + " is " + shown(value) + ", not an object");
    auto const& document = value.get_object();
    Node node;
    if (auto const* nested = member(document, "operation_function"))
      node = read_function(*nested, where);
    else
      node.leaf = read_leaf(document, where);
    if (auto const* weight = member(document, "weight")) node.weight = number(*weight, where + ", weight");
    if (auto const* normalization = member(document, "normalization"))
      node.normalization = read_normalization(*normalization, where);
    return node;
  }

  static double number(json::value const& value, std::string const& what) {
    auto const number = number_in(value);
    if (!number) throw InvalidPlan(what + " is " + shown(value) + ", not a number");
    return *number;
  }

  static std::pair<double, double> read_normalization(json::value const& value, std::string const& where) {
    auto const* start = value.is_object() ? member(value.get_object(), "start") : nullptr;
    auto const* end = value.is_object() ? member(value.get_object(), "end") : nullptr;
    if (!start || !end)
      throw InvalidPlan(where + " has the normalization " + shown(value) + "; it needs start and end");
    std::pair const range{number(*start, where + ", start"), number(*end, where + ", end")};
    if (range.first == range.second)
      throw InvalidPlan(where + " has a normalization whose start and end are both " + shortest(range.first) +
                        "; they must differ");
    return range;
  }

  Operand read_leaf(json::object const& document, std::string const& where) {
    auto const function = text_of(document, "function");
    auto const* params = member(document, "params");
    if (!params || !params->is_object()) throw InvalidPlan(where + " has no object 'params'");
    auto const& object = params->get_object();
    Operand operand;
    if (function == "distance_between" || function == "latency_between") {
      std::vector<std::string> names;
      auto const* pair = member(object, "demands");
      if (pair && pair->is_array()) {
        for (auto const& name : pair->get_array()) names.push_back(text_in(name).value_or(""));
        for (auto const& name : names) demand_named(plan_, name, where);
      } else {
        names = {text_of(object, "location"), text_of(object, "demand")};
        if (!plan_.find_location(names[0]))
          throw InvalidPlan(where + " names '" + names[0] + "', which is no location of the plan");
        operand.function = function == "latency_between" ? Function::location_latency : Function::location_distance;
        operand.location = *plan_.find_location(names[0]);
        operand.demands = {demand_named(plan_, names[1], where)};
        return operand;
      }
      read_pair(operand, function == "latency_between", names, where);
    } else if (function == "attribute") {
      operand.function = Function::attribute;
      operand.demands = {demand_named(plan_, text_of(object, "demand"), where)};
      operand.attribute = text_of(object, "attribute");
      if (operand.attribute.empty()) throw InvalidPlan(where + " names no attribute");
    } else {
      throw InvalidPlan(where + " uses the function '" + function +
                        "'; supported are distance_between, latency_between and attribute");
    }
    return operand;
  }

  void read_pair(Operand& operand, bool latency, std::vector<std::string> const& names, std::string const& where) {
    if (names.size() != 2 || names[0] == names[1])
      throw InvalidPlan(where + " needs two different demands in the list 'demands'");
    operand.function = latency ? Function::demand_latency : Function::demand_distance;
    for (auto const& name : names) operand.demands.push_back(demand_named(plan_, name, where));
  }

  Plan const& plan_;
};

}  // namespace

Objective read_generic_objective(Plan const& plan, json::object const& objective) {
  auto const goal = text_of(objective, "goal");
  if (goal != "minimize" && goal != "maximize" && goal != "min" && goal != "max")
    throw InvalidPlan("the objective has the goal '" + goal + "'; it must be minimize or maximize");
  Objective result;
  result.maximize = goal.starts_with("max");
  result.tree = TreeReader(plan).read_function(*member(objective, "operation_function"), "the objective");
  return result;
}

}  // namespace conductor::services::solver
