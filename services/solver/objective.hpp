// The objective: read from the document in both grammars (solver specification 8.1, 8.3), and turned into parts.
#pragma once
#include "services/solver/filter.hpp"
#include "services/solver/parts.hpp"

namespace conductor::services::solver {

// The objective of the translated document; null means none. Throws InvalidPlan.
std::optional<Objective> read_objective(Plan const& plan, json::value const* objective);
// The generic grammar, {"goal", "operation_function"} (objective_generic.cpp).
Objective read_generic_objective(Plan const& plan, json::object const& objective);

// Two names, of which one may be a location: sets function, demands and location of `operand`. `where` opens messages.
// Throws InvalidPlan.
void read_ends(Plan const& plan, Operand& operand, bool latency, std::vector<std::string> const& names,
               std::string const& where);
// The demand of that name. Throws InvalidPlan.
std::uint32_t demand_named(Plan const& plan, std::string_view name, std::string const& where);

template <class Visit>
void for_each_leaf(Node const& node, Visit const& visit) {
  if (node.kind == Node::Kind::leaf) visit(node.leaf);
  for (auto const& operand : node.operands) for_each_leaf(operand, visit);
}
// Every function of the objective, in template order.
template <class Visit>
void for_each_operand(Plan const& plan, Visit const& visit) {
  if (!plan.objective) return;
  for (auto const& operand : plan.objective->operands) visit(operand);
  if (plan.objective->tree) for_each_leaf(*plan.objective->tree, visit);
}

// The demands whose versions count: those that aic_version operands list, all when one of them lists none.
std::vector<bool> demands_with_versions(Plan const& plan);

// The order in which the original would decide the demands (7).
std::vector<std::uint32_t> decision_order(Plan const& plan);

// Everything that makes one assignment better than another: objective, soft constraints, moves. Plan, options and
// filtered outlive the parts.
Parts make_parts(Plan const& plan, Options const& options, Filtered const& filtered);
// Its stages, each in a file of its own.
void add_operands(Plan const& plan, Options const& options, Filtered const& filtered, Parts& parts);
void add_tree(Plan const& plan, Options const& options, Filtered const& filtered, Parts& parts);
void add_soft_constraints(Plan const& plan, Filtered const& filtered, Parts& parts);
void add_moves(Plan const& plan, Parts& parts);

// All parts of a complete assignment of candidates, in their order.
Score total_score(Parts const& parts, std::span<std::uint32_t const> choice);
// The value as it is reported: with the sign of the goal.
double as_reported(Plan const& plan, double value);

// A function of one demand for one candidate; nothing when data is missing. Costs are not in it.
std::optional<double> value_of(Plan const& plan, Options const& options, Filtered const& filtered,
                               Operand const& operand, std::uint32_t candidate);
// A function of two demands.
std::optional<double> value_of(Plan const& plan, Options const& options, Filtered const& filtered,
                               Operand const& operand, std::uint32_t of_first, std::uint32_t of_second);
// Between which values of it lie.
Range range_of(Options const& options, Filtered const& filtered, Operand const& operand);

}  // namespace conductor::services::solver
