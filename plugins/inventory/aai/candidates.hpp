// Groups of candidate fields that cloud and service share, and the service groups of attributes.
#pragma once
#include "documents.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace conductor::plugins::inventory_aai {

// cloud_region_version (null when absent), location_id, location_type; vim-id when both parts are known;
// sriov_automation. The owner is a member of sdk::Candidate.
void put_cloud(boost::json::object& fields, sdk::RegionKey const& key, std::optional<std::string> const& version,
               bool sriov, std::string const& location_type);

// physical_location_id, complex_name, latitude, longitude, state, country, city, region; null when A&AI has none.
// disaster_zone, time_zone, maintenance_zone where the complex has them, with hyphens.
void put_complex(boost::json::object& fields, Complex const& complex, std::string const& physical_location_id);

}  // namespace conductor::plugins::inventory_aai
