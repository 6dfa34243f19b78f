// Runs blocking tasks side by side on threads of their own, a bounded number at once.
#pragma once
#include "conductor/sdk/host.hpp"

#include <vector>

namespace conductor::work {

// Returns when all tasks are done; the calling thread is one of the `at_once` that work. An exception of a task is
// rethrown, the first one, after all have ended.
void run_parallel(sdk::Call const& call, std::vector<sdk::Task> const& tasks, std::size_t at_once);

}  // namespace conductor::work
