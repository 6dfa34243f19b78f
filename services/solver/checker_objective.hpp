// The part of the checker (checker.hpp) that evaluates the objective.
#pragma once
#include "services/solver/checker.hpp"

namespace conductor::services::solver {

// The objective of one plan for one choice: adds value and gaps, and a fault when a latency rule excludes a choice.
void add_objective(CheckedPlan const& plan, json::object const& root, Choice const& choice,
                   constraints::Judge const& judge, Verdict& verdict);

}  // namespace conductor::services::solver
