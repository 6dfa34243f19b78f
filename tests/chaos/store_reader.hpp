// Reads what a store holds, through the store's own plugin: the truth about plans when all processes are gone.
#pragma once
#include "history.hpp"

#include <filesystem>
#include <vector>

namespace conductor::chaos {

// The histories of all plans in the store that this configuration names. Throws std::runtime_error when it cannot be
// read.
std::vector<PlanHistory> read_histories(std::filesystem::path const& configuration);

}  // namespace conductor::chaos
