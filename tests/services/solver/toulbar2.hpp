// toulbar2 (Debian package of that name) as a second solver that shares nothing with ours; tests only.
#pragma once
#include "tests/plugins/solver/dense_problem.hpp"

#include <filesystem>

namespace conductor::tests::solver {

// Whether the program is found in PATH.
bool has_toulbar2();

// The cost of the best assignment, nothing when there is none. Writes the problem into `folder` and waits for the
// program, which gets a minute; throws std::runtime_error when it proves nothing.
std::optional<sdk::Cost> optimum_by_toulbar2(sdk::Problem const& problem, std::filesystem::path const& folder);

}  // namespace conductor::tests::solver
