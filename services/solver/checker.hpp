// A second opinion on a solution before it is stored: every constraint and the objective, evaluated once more straight
// from the translated document. Shares no code with filters, rows and scores, so that a fault there is found here; slow
// and simple.
#pragma once
#include "services/solver/model.hpp"
#include "services/solver/remote.hpp"

#include <map>
#include <set>

namespace conductor::services::solver {

using Choice = std::map<std::string, json::object const*, std::less<>>;  // demand -> candidate

struct Verdict {
  std::string fault;  // empty: feasible; else what is wrong, by name
  double value = 0;   // of the objective
  std::uint32_t gaps = 0;
};

Verdict check_solution(json::value const& translated, Answers const& answers, Options const& options,
                       Choice const& choice);

// Across solutions: they differ, and a unique candidate stands in one of them per demand. Empty when so.
std::string check_series(std::vector<Choice> const& choices);

// Whether one candidate meets an `evaluate` mapping of an attribute constraint.
bool meets_attributes(json::object const& evaluate, json::object const& candidate, Answers const& answers);

}  // namespace conductor::services::solver
