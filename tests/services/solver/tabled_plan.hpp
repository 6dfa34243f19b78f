// Random plans together with what they mean, as explicit tables made from the definitions and not from the code under
// test: more demands and candidates than enumeration can look at.
#pragma once
#include "fixture.hpp"
#include "tests/plugins/solver/dense_problem.hpp"

#include <random>

namespace conductor::tests::solver {

// All tables are in units of 1e-6.
inline constexpr double tabled_scale = 1e6;

struct TabledPlan {
  explicit TabledPlan(unsigned seed);
  int size;  // 1 to 3: the larger, the more demands and candidates
  PlanDocument plan;
  std::shared_ptr<DenseProblem> tables = std::make_shared<DenseProblem>();
};

// The same plan with its demands and constraints, and the candidates of each demand, in another order.
PlanDocument shuffled(PlanDocument const& plan, unsigned seed);
// The same plan with one more constraint, which the candidates of its last demand may or may not meet.
PlanDocument with_another_limit(PlanDocument plan, unsigned seed);

}  // namespace conductor::tests::solver
