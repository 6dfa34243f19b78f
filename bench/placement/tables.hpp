// The same problem for other solvers, as explicit tables in fixed point: what they then solve is exactly what ours
// solves.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <iosfwd>

namespace conductor::bench::placement {

// Numbers in the tables of all pairs; how large the files become.
std::size_t table_entries(sdk::Problem const& problem);

// toulbar2's cost function network (.cfn) in whole units of the problem's fixed point. Returns what the optimum of the
// network is too small by (CostNetwork::shift).
sdk::Cost write_cfn(std::ostream& out, sdk::Problem const& problem);
// MiniZinc data for placement.mzn; costs in units of 0.001, since Gecode's integers have 32 bits.
void write_dzn(std::ostream& out, sdk::Problem const& problem);

}  // namespace conductor::bench::placement
