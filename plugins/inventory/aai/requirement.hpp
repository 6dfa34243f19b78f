// What a requirement of type `service` asks for, and which of its filters rule a VNF out before anything more is asked.
// Pure functions.
#pragma once
#include "conductor/sdk/inventory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace conductor::plugins::inventory_aai {

struct ServiceRequirement {
  std::string customer;
  std::vector<std::string> roles, models, model_versions, service_ids;  // each: any of them; empty: not asked
};

// Several filtering values, as the query needs them; a negated form cannot be queried. Errors (`invalid`) in the words
// of the template specification 5.7.
sdk::Result<ServiceRequirement> read_service_requirement(sdk::Demand const& demand);

// Why the data service will drop a service candidate for certain, judged by what the first query gave; nothing when
// that cannot be said yet. `attributes` has the VNF's own properties and what else is known; attributes it does not
// have are left to the data service.
std::optional<sdk::Drop> ruled_out(boost::json::object const& requirement, std::string const& candidate_id,
                                   std::string const& location_id, boost::json::object const& attributes);

}  // namespace conductor::plugins::inventory_aai
