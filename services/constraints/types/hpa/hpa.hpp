// The parts of type hpa.
#pragma once
#include "services/constraints/check.hpp"
#include "services/constraints/judge.hpp"

namespace conductor::services::constraints {

// Components of a function, the features each needs of a flavor, and the attributes of those (template specification
// 6.9). In the translated document "mandatory" is the text True or False.
void check_hpa(ConstraintUnderCheck const& constraint, json::object& properties, Report& report);
json::object hpa_schema();
json::object hpa_component_schema();

// The second opinion.
Measured recheck_hpa(Judge const& judge, json::object const& constraint, Party const& party);
void add_hpa_score(json::object const& properties, json::object const& candidate, std::optional<double>& sum);
// The score of the best flavor of a candidate for one item of `evaluate`; nothing when none fits.
std::optional<double> hpa_fit(json::object const& item, json::object const& candidate);

}  // namespace conductor::services::constraints
