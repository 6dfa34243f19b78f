// Plans, solutions and explanations as tables.
#pragma once
#include "services/cli/console.hpp"

#include <boost/json.hpp>

namespace conductor::cli {

namespace json = boost::json;

// A list: one line per plan.
void print_plans(Console& console, json::array const& plans);

// One plan: what it is, why it is in its state, its solutions. `file`: the template's, for problems in it; may be
// empty.
void print_plan(Console& console, json::object const& plan, std::string const& file = "");

// The explanation document (solver specification 21.5): a table per demand, then conflict or solver's figures.
// `with_dropped`: each dropped candidate, too.
void print_explanation(Console& console, json::object const& explanation, bool with_dropped);

// The table of the solver's figures; nothing when there are none.
void print_solver_info(Console& console, json::array const& info);

// One table per recommendation.
void print_solutions(Console& console, json::array const& recommendations);

// What `conductor plan why-not` found.
void print_why_not(Console& console, json::object const& answer, std::string const& demand,
                   std::string const& candidate);

// `message` of a plan, which may be a list.
std::string message_of(json::object const& plan);

}  // namespace conductor::cli
