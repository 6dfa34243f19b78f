#include "cloud.hpp"

#include "candidates.hpp"

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;

namespace {

// What filtering attributes can name: everything scalar of the region, then of its complex.
json::object attributes_of(PlacedRegion const& placed) {
  auto attributes = placed.region.properties;
  for (auto const& [name, value] : placed.complex->properties)
    if (!attributes.contains(name)) attributes[name] = value;
  // The region may carry a name of its own; the complex it stands in decides.
  attributes["complex-name"] = placed.complex->text("complex-name");
  attributes["physical-location-id"] = placed.region.complex->id;
  attributes["sriov-automation"] = placed.region.sriov;
  return attributes;
}

// flavors and region_capabilities, where the region has some.
void put_hardware(json::object& fields, Hardware const* hardware) {
  if (hardware == nullptr) return;
  if (!hardware->flavors.is_null()) fields["flavors"] = hardware->flavors;
  if (!hardware->capabilities.is_null()) fields["region_capabilities"] = hardware->capabilities;
}

}  // namespace

sdk::CandidateList cloud_candidates(RegionMap const& map, std::string const& location_type) {
  sdk::CandidateList list;
  list.dropped = map.dropped;
  for (auto const& placed : map.regions) {
    auto const& region = placed.region;
    sdk::Candidate candidate;
    candidate.candidate_id = region.key.cloud_region_id;
    candidate.inventory_type = "cloud";
    candidate.cloud_owner = region.key.cloud_owner;
    put_cloud(candidate.fields, region.key, region.version, region.sriov, location_type);
    put_complex(candidate.fields, *placed.complex, region.complex->id);
    put_hardware(candidate.fields, placed.hardware.get());
    candidate.attributes = attributes_of(placed);
    list.candidates.push_back(std::move(candidate));
  }
  return list;
}

}  // namespace conductor::plugins::inventory_aai
