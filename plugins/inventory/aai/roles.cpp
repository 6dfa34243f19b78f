#include "roles.hpp"

#include "documents.hpp"
#include "relations.hpp"

#include <algorithm>

namespace conductor::plugins::inventory_aai {

using sdk::Errc;
using sdk::Error;
using sdk::Result;

namespace {

template <class T>
void add_once(std::vector<T>& list, T item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

}  // namespace

Result<std::vector<sdk::RegionKey>> regions_with_role(Connection& connection, sdk::Call const& call,
                                                      std::string const& role) {
  Target target("/network/l3-networks");
  auto const networks =
      connection.list(call, "network role " + role, target.with("network-role", role).with("depth", "0"), "l3-network");
  if (!networks) return networks.error();
  std::vector<sdk::RegionKey> regions;
  for (auto const& network : *networks)
    for (auto const& relation : relations(network, "cloud-region"))
      if (auto const id = relation.value("cloud-region.cloud-region-id"))
        add_once(regions, {relation.value("cloud-region.cloud-owner").value_or(""), *id});
  return regions;
}

Result<std::vector<std::string>> roles_of_host(Connection& connection, Options const& options, sdk::Log& log,
                                               sdk::Call const& call, std::string const& host_id) {
  auto const asker = "role of VNF " + host_id;
  Target target("/network/generic-vnfs/");
  auto const vnfs = connection.list(call, asker, target.with("vnf-name", host_id).with("depth", "0"), "generic-vnf");
  if (!vnfs) return vnfs.error();
  std::vector<std::string> roles;
  if (vnfs->empty()) return roles;

  auto const instances = related(vnfs->front(), "service-instance", "customer.global-customer-id");
  if (instances.size() != 1) {
    log.warning(call, asker + ": it belongs to " + std::to_string(instances.size()) +
                          " service instances, expected one; it has no role");
    return roles;
  }
  auto const path = path_of_link(instances.front().link, options.base_path);
  if (!path)
    return Error{Errc::unsupported, asker + ": the link of its service instance, '" + instances.front().link +
                                        "', has no schema version and cannot be followed"};
  Target resources(*path);
  auto const list =
      connection.list(call, asker, resources.segment("allotted-resources").with("depth", "all"), "allotted-resource");
  if (!list) return list.error();
  for (auto const& resource : *list)
    if (auto role = text_of(resource, "role"); !role.empty()) add_once(roles, std::move(role));
  return roles;
}

Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Connection& connection, sdk::Log& log,
                                                                        sdk::Call const& call,
                                                                        std::string const& description) {
  auto const asker = "inventory group " + description;
  Target target("/network/instance-groups/");
  auto const groups =
      connection.list(call, asker, target.with("description", description).with("depth", "0"), "instance-group");
  if (!groups) return groups.error();
  std::vector<std::pair<std::string, std::string>> pairs;
  for (auto const& group : *groups) {
    auto const ids = distinct_values(related(group, "service-instance", "service-instance.service-instance-id"));
    if (ids.size() == 2)
      pairs.emplace_back(ids[0], ids[1]);
    else
      log.warning(call, asker + ": group " + text_of(group, "id") + " has " + std::to_string(ids.size()) +
                            " service instances, expected 2; it is left out");
  }
  return pairs;
}

}  // namespace conductor::plugins::inventory_aai
