// A second opinion on a solution before it is stored: every constraint and the objective, evaluated once more straight
// from the translated document. Shares no code with filters, rows and scores, so that a fault there is found here; slow
// and simple.
#pragma once
#include "services/constraints/judge.hpp"

#include <map>
#include <set>

namespace conductor::services::solver {

using namespace placement;

using constraints::CheckedPlan;
using constraints::Choice;

struct Verdict {
  std::string fault{};  // empty: feasible; else what is wrong, by name
  double value = 0;     // of the objective, as it is reported
  std::uint32_t gaps = 0;
  std::set<std::string> violated{};  // names of soft constraints
};

Verdict check_solution(CheckedPlan const& plan, Choice const& choice);

// Across solutions: they differ, and a unique candidate stands in one of them per demand. Empty when so.
std::string check_series(std::vector<Choice> const& choices);

}  // namespace conductor::services::solver
