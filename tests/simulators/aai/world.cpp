#include "world.hpp"

#include "conductor/sdk/http.hpp"

#include <stdexcept>

namespace conductor::simulators::aai {

namespace json = boost::json;
using sdk::percent_encode;

std::string World::put(std::string const& path, json::object properties) {
  auto resource = parse_resource(path);
  if (!resource || resource->is_collection) throw std::invalid_argument("not the path of an object: " + path);
  auto const name = resource->node;
  auto const& type = *resource->type;
  for (std::size_t i = 0; i < type.keys.size(); ++i)
    properties[type.keys[i]] = resource->keys[resource->keys.size() - type.keys.size() + i].second;
  if (!properties.contains("resource-version"))
    properties["resource-version"] = std::to_string(1'700'000'000'000 + nodes_.size());
  if (auto const [at, added] = by_path_.emplace(name, nodes_.size()); !added) {
    nodes_[at->second].properties = std::move(properties);
    return name;
  }
  nodes_.push_back({name, std::move(*resource), std::move(properties), {}});
  return name;
}

std::size_t World::index(std::string const& path) const {
  auto const found = by_path_.find(path);
  if (found == by_path_.end()) throw std::invalid_argument("no object " + path);
  return found->second;
}

Node const* World::find(std::string const& path) const {
  auto const found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &nodes_[found->second];
}

void World::relate(std::string const& from, std::string const& to, std::string const& label) {
  auto const a = index(from), b = index(to);
  nodes_[a].edges.emplace_back(b, label);
  nodes_[b].edges.emplace_back(a, label);
}

void World::change(std::string const& path, json::object const& properties) {
  auto& node = nodes_[index(path)];
  for (auto const& [name, value] : properties) {
    if (value.is_null())
      node.properties.erase(name);
    else
      node.properties[name] = value;
  }
}

std::string World::complex(Place const& place) {
  json::object properties{{"complex-name", place.name},     {"physical-location-type", "edge"},
                          {"street1", "1 Exchange Street"}, {"city", place.city},
                          {"country", place.country},       {"latitude", place.latitude},
                          {"longitude", place.longitude},   {"state", place.state}};
  if (!place.region.empty()) properties["region"] = place.region;
  if (!place.data_center_code.empty()) properties["data-center-code"] = place.data_center_code;
  return put("cloud-infrastructure/complexes/complex/" + percent_encode(place.id), std::move(properties));
}

std::string World::region(std::string const& owner, std::string const& id, std::string const& complex,
                          json::object properties) {
  auto path = put("cloud-infrastructure/cloud-regions/cloud-region/" + percent_encode(owner) + "/" + percent_encode(id),
                  std::move(properties));
  if (!complex.empty()) relate(path, complex, "org.onap.relationships.inventory.LocatedIn");
  return path;
}

std::string World::pserver(std::string const& hostname, std::string const& complex) {
  auto path = put("cloud-infrastructure/pservers/pserver/" + percent_encode(hostname), {{"in-maint", false}});
  if (!complex.empty()) relate(path, complex, "org.onap.relationships.inventory.LocatedIn");
  return path;
}

std::string World::pnf(std::string const& name, std::string const& complex) {
  auto path = put("network/pnfs/pnf/" + percent_encode(name), {{"equip-type", "router"}});
  if (!complex.empty()) relate(path, complex, "org.onap.relationships.inventory.LocatedIn");
  return path;
}

std::string World::vserver(std::string const& region, std::string const& tenant, std::string const& id,
                           std::string const& pserver) {
  auto const tenant_path = region + "/tenants/tenant/" + percent_encode(tenant);
  if (find(tenant_path) == nullptr) put(tenant_path, {{"tenant-name", tenant}});
  auto path = put(tenant_path + "/vservers/vserver/" + percent_encode(id), {{"vserver-name", id}, {"in-maint", false}});
  if (!pserver.empty()) relate(path, pserver, "tosca.relationships.HostedOn");
  return path;
}

std::string World::instance(std::string const& customer, std::string const& service_type, std::string const& id) {
  auto const customer_path = "business/customers/customer/" + percent_encode(customer);
  if (find(customer_path) == nullptr) put(customer_path, {{"subscriber-name", customer}});
  auto const subscription =
      customer_path + "/service-subscriptions/service-subscription/" + percent_encode(service_type);
  if (find(subscription) == nullptr) put(subscription);
  return put(subscription + "/service-instances/service-instance/" + percent_encode(id),
             {{"service-instance-name", id}});
}

std::string World::vnf(std::string const& id, json::object properties, std::string const& instance,
                       std::vector<std::string> const& vservers) {
  auto path = put("network/generic-vnfs/generic-vnf/" + percent_encode(id), std::move(properties));
  if (!instance.empty()) relate(path, instance, "org.onap.relationships.inventory.ComposedOf");
  for (auto const& vserver : vservers) relate(path, vserver, "tosca.relationships.HostedOn");
  return path;
}

std::string World::network(std::string const& id, std::string const& role, std::vector<std::string> const& regions) {
  auto path = put("network/l3-networks/l3-network/" + percent_encode(id),
                  {{"network-name", id}, {"network-role", role}, {"network-type", "provider"}});
  for (auto const& one : regions) relate(path, one, "org.onap.relationships.inventory.Uses");
  return path;
}

std::string World::group(std::string const& id, std::string const& description,
                         std::vector<std::string> const& instances) {
  auto path = put("network/instance-groups/instance-group/" + percent_encode(id),
                  {{"description", description}, {"instance-group-type", "SERVICE"}});
  for (auto const& one : instances) relate(path, one, "org.onap.relationships.inventory.MemberOf");
  return path;
}

std::string World::flavor(std::string const& region, std::string const& id, json::object properties) {
  if (!properties.contains("flavor-name")) properties["flavor-name"] = id;
  if (!properties.contains("flavor-disabled")) properties["flavor-disabled"] = false;
  return put(region + "/flavors/flavor/" + percent_encode(id), std::move(properties));
}

std::string World::capability(std::string const& holder, std::string const& id, std::string const& feature,
                              json::object const& attributes) {
  json::array list;
  for (auto const& [key, value] : attributes)
    list.push_back(json::object{{"hpa-attribute-key", key}, {"hpa-attribute-value", json::serialize(value)}});
  json::object properties{{"hpa-feature", feature}, {"hpa-version", "v1"}, {"architecture", "generic"}};
  properties["hpa-feature-attributes"] = std::move(list);
  return put(holder + "/hpa-capabilities/hpa-capability/" + percent_encode(id), std::move(properties));
}

std::string World::allotted_resource(std::string const& instance, std::string const& id, std::string const& role) {
  return put(instance + "/allotted-resources/allotted-resource/" + percent_encode(id),
             {{"role", role}, {"type", "TunnelXConn"}, {"orchestration-status", "active"}});
}

World World::from_json(json::value const& document) {
  World world;
  auto const text = [](json::object const& object, std::string_view key) {
    auto const* value = object.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
  };
  auto const& root = document.as_object();
  for (auto const& item : root.at("objects").as_array()) {
    auto const& object = item.as_object();
    auto const* properties = object.if_contains("properties");
    world.put(text(object, "path"), properties == nullptr ? json::object() : properties->as_object());
  }
  if (auto const* relations = root.if_contains("relations"))
    for (auto const& item : relations->as_array()) {
      auto const& edge = item.as_object();
      world.relate(text(edge, "from"), text(edge, "to"), text(edge, "label"));
    }
  return world;
}

}  // namespace conductor::simulators::aai
