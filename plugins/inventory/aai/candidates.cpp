#include "candidates.hpp"

namespace conductor::plugins::inventory_aai {

void put_cloud(boost::json::object& fields, sdk::RegionKey const& key, std::optional<std::string> const& version,
               bool sriov, std::string const& location_type) {
  fields["cloud_region_version"] = version ? boost::json::value(*version) : boost::json::value(nullptr);
  fields["location_id"] = key.cloud_region_id;
  fields["location_type"] = location_type;
  if (!key.cloud_owner.empty()) fields["vim-id"] = key.cloud_owner + "_" + key.cloud_region_id;
  fields["sriov_automation"] = sriov ? "true" : "false";
}

void put_complex(boost::json::object& fields, Complex const& complex, std::string const& physical_location_id) {
  fields["physical_location_id"] = physical_location_id;
  fields["complex_name"] = nullptr;
  if (auto const name = complex.text("complex-name"); !name.empty()) fields["complex_name"] = name;
  for (auto const* name : {"latitude", "longitude", "state", "country", "city", "region"})
    fields[name] = complex.properties.contains(name) ? boost::json::value(complex.text(name)) : nullptr;
  for (auto const& [field, property] :
       {std::pair("disaster_zone", "disaster-zone"), std::pair("time_zone", "time-zone"),
        std::pair("maintenance_zone", "maintenance-zone")})
    if (auto zone = complex.text(property); !zone.empty()) fields[field] = std::move(zone);
}

}  // namespace conductor::plugins::inventory_aai
