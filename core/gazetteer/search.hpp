// What people find who type a part of a name.
#pragma once
#include "core/gazetteer/gazetteer.hpp"

namespace conductor::gazetteer {

// The contract of Gazetteer::search, over these rows.
std::vector<Place> best_matches(std::vector<Place> const& places, std::string_view text, std::size_t most);

}  // namespace conductor::gazetteer
