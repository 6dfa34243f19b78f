// What templates may say although the solver of this release does not do it yet: checked completely like everything
// else, and then refused. A form moves into this release by one word here, a constraint type by one word in the table
// of constraint_types.cpp.
#pragma once
#include <string_view>

namespace conductor::services::controller {

inline constexpr std::string_view later_release = " (documented, not supported by this release)";

namespace supported {

inline constexpr bool soft_constraints = true;    // penalty and weight
inline constexpr bool latency_between = true;     // as a function of the objective
inline constexpr bool latency_of_demands = true;  // latency_between two demands
inline constexpr bool hpa_score = true;           // as a function of the objective
inline constexpr bool generic_objective = true;   // version 2020-08-13
inline constexpr bool move_cost = true;           // in section solver

}  // namespace supported
}  // namespace conductor::services::controller
