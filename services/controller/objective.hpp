// The two grammars of the optimization section; each gives the objective of the translated document, null when the
// section is refused.
#pragma once
#include "services/controller/draft.hpp"

namespace conductor::services::controller {

inline constexpr std::string_view generic_version = "2020-08-13";

// Names of the functions of the first grammar.
std::vector<std::string_view> objective_functions();

// Versions 2016 to 2018 (template specification 8): {"goal": "min" | "min_aic", "operation": "sum", "operands":
// [{"operation": "product", "weight", "function", "function_param": [name, ...]}]}.
json::value weighted_sum_objective(Template const& given, View const& optimization, Report& report);
// Version 2020-08-13 (9): the section as it stands, each `params` reduced to {"demand", "location"}, {"demands": [A,
// B]} or {"demand", "attribute"}.
json::value generic_objective(Template const& given, Known const& known, View const& optimization, Report& report);

}  // namespace conductor::services::controller
