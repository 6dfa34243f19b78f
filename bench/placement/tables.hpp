// The same problem for other solvers, as explicit tables in fixed point: what they then solve is exactly what ours
// solves.
#pragma once
#include "services/solver/dense.hpp"

#include <iosfwd>

namespace conductor::bench::placement {

// Numbers in the tables of all pairs; how large the files become.
std::size_t table_entries(services::solver::Dense const& dense);

// toulbar2's cost function network (.cfn); costs are whole units of `dense`'s fixed point.
void write_cfn(std::ostream& out, services::solver::Dense const& dense);
// MiniZinc data for placement.mzn; costs in units of 0.001, since Gecode's integers have 32 bits.
void write_dzn(std::ostream& out, services::solver::Dense const& dense);

}  // namespace conductor::bench::placement
