// The worked examples that the strategies are held to: two demands in Europe, and three whose first choice strands the
// third.
#pragma once
#include "tests/plugins/solver/geo_problem.hpp"

namespace conductor::tests::solver {

// edge and core within 250 km of each other, as near and cheap to the customer as can be.
inline void fill_edge_and_core(GeoProblem& geo, double core_weight = 1, double existing_core_cost = 2) {
  Point const customer{50.85, 4.35};
  auto const edge = geo.add_demand({{{50.63, 3.06}, 2}, {{50.78, 6.08}, 1}, {{52.09, 5.12}, 2}}, customer);
  auto const core =
      geo.add_demand({{{50.94, 6.96}, 2}, {{49.49, 0.11}, existing_core_cost}, {{49.75, 6.64}, 1}, {{53.55, 9.99}, 2}},
                     customer, core_weight);
  geo.between_km(edge, core, 250);
}

// edge is best at its first site, from which no site of far is near enough.
inline void fill_stranded_edge(GeoProblem& geo) {
  Point const from{50.85, 4.35};
  auto const edge = geo.add_demand({{{50.85, 4.35}, 0, 1}, {{51.0, 4.5}, 0, 2}}, from);
  auto const mid = geo.add_demand({{{50.9, 4.3}, 0, 3}}, from);
  auto const far = geo.add_demand({{{51.9, 4.5}, 0, 4}}, from);
  geo.between_km(edge, far, 101);
  geo.zones_differ(edge, mid);
}

using Sites = std::vector<std::uint32_t>;  // what GeoProblem::sites_of gives

}  // namespace conductor::tests::solver
