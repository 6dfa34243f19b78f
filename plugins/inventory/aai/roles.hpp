// Network roles, replication roles and instance groups. All block; a collection that does not exist is empty, any other
// failure an error.
#pragma once
#include "connection.hpp"

#include "conductor/sdk/inventory.hpp"

namespace conductor::plugins::inventory_aai {

// Regions that have an l3-network of this role, each once.
sdk::Result<std::vector<sdk::RegionKey>> regions_with_role(Connection& connection, sdk::Call const& call,
                                                           std::string const& role);

// Roles of the allotted resources of the VNF's service instance, each once; none when the VNF is unknown or belongs to
// none or several instances.
sdk::Result<std::vector<std::string>> roles_of_host(Connection& connection, Options const& options, sdk::Log& log,
                                                    sdk::Call const& call, std::string const& host_id);

// Pairs of service instances; groups of another size are left out and logged.
sdk::Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Connection& connection, sdk::Log& log,
                                                                             sdk::Call const& call,
                                                                             std::string const& description);

}  // namespace conductor::plugins::inventory_aai
