// Candidates of type `cloud`: every region of the cache. Pure.
#pragma once
#include "regions.hpp"

namespace conductor::plugins::inventory_aai {

sdk::CandidateList cloud_candidates(RegionMap const& map, std::string const& location_type);

}  // namespace conductor::plugins::inventory_aai
