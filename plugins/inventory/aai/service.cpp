#include "service.hpp"

#include "candidates.hpp"
#include "relations.hpp"

#include <algorithm>
#include <set>

namespace conductor::plugins::inventory_aai {

namespace json = boost::json;
using sdk::Error;
using sdk::Result;

namespace {

// What a VNF is called in messages.
std::string name_of(json::object const& vnf) {
  auto const name = text_of(vnf, "vnf-name");
  return name.empty() ? text_of(vnf, "vnf-id") : name;
}

sdk::Drop drop_of(std::string const& id, std::string const& location, sdk::Drop const& why, std::string const& vnf) {
  return {id, location, why.code, "VNF " + vnf + ": " + why.text};
}

sdk::Candidate candidate_of(VnfOfCustomer const& vnf, VnfPlace const& place, std::string const& location_type) {
  auto const& region = place.region;
  sdk::Candidate candidate;
  candidate.candidate_id = vnf.candidate_id;
  candidate.inventory_type = "service";
  candidate.cloud_owner = region.key.cloud_owner;
  candidate.fields["host_id"] = vnf.host_id;
  auto const version = region.version ? std::optional(version_digits(*region.version)) : std::nullopt;
  put_cloud(candidate.fields, region.key, version, region.sriov, location_type);
  put_complex(candidate.fields, *place.complex, place.complex->id());
  candidate.attributes = vnf.attributes;
  candidate.attributes["physical-location-id"] = place.complex->id();
  return candidate;
}

}  // namespace

std::variant<VnfOfCustomer, sdk::Drop> judge_vnf(json::object const& vnf, ServiceRequirement const& wanted,
                                                 json::object const& requirement) {
  auto const name = name_of(vnf);
  Match const customer{"customer.global-customer-id", wanted.customer};
  auto const instances =
      distinct_values(related(vnf, "service-instance", "service-instance.service-instance-id", customer));
  if (instances.empty())
    return sdk::Drop{name, "", "OTHER_CUSTOMER", "VNF " + name + " serves another customer than " + wanted.customer};
  if (instances.size() > 1)
    return sdk::Drop{name, "", "INVENTORY_ERROR",
                     "VNF " + name + " belongs to several service instances, " + instances[0] + " and " + instances[1]};

  VnfOfCustomer found{instances.front(), text_of(vnf, "vnf-name"), {}, scalars(vnf)};
  if (found.candidate_id.empty())
    return sdk::Drop{name, "", "INVENTORY_ERROR", "VNF " + name + ": its service instance has no id"};
  auto const service_id = text_of(vnf, "service-id");
  if (!wanted.service_ids.empty() &&
      std::find(wanted.service_ids.begin(), wanted.service_ids.end(), service_id) == wanted.service_ids.end())
    return sdk::Drop{found.candidate_id, "", "ATTRIBUTE_MISMATCH",
                     "service-id of VNF " + name + " is '" + service_id + "', wanted another service_id"};

  auto cloud = cloud_of(vnf);
  if (auto const* why = std::get_if<sdk::Drop>(&cloud)) return drop_of(found.candidate_id, "", *why, name);
  found.cloud = std::get<VnfCloud>(std::move(cloud));
  auto const& location = found.cloud.region.cloud_region_id;
  for (auto const* key : {"global-customer-id", "customer-id"}) found.attributes[key] = wanted.customer;
  found.attributes["cloud-region-id"] = location;
  found.attributes["service-instance-id"] = found.candidate_id;
  if (auto const why = ruled_out(requirement, found.candidate_id, location, found.attributes))
    return drop_of(found.candidate_id, location, *why, name);
  return found;
}

Result<Connection::Objects> Services::vnfs(sdk::Call const& call, std::string const& asker,
                                           ServiceRequirement const& wanted) {
  std::vector<Target> targets;
  Target const path("/network/generic-vnfs/");
  if (!wanted.models.empty()) {
    auto target = path;
    for (auto const& model : wanted.models) target.with("model-invariant-id", model);
    for (auto const& version : wanted.model_versions) target.with("model-version-id", version);
    targets.push_back(target.with("depth", "0"));
  }
  if (!wanted.roles.empty()) {
    auto target = path;
    for (auto const& role : wanted.roles) target.with("equipment-role", role);
    targets.push_back(target.with("depth", "0"));
  }
  Connection::Objects all;
  std::set<std::string> seen;
  for (auto const& target : targets) {
    auto list = connection_.list(call, asker, target, "generic-vnf", Connection::Paging::on);
    if (!list) return list.error();
    for (auto& vnf : *list)
      if (auto const id = text_of(vnf, "vnf-id"); id.empty() || seen.insert(id).second) all.push_back(std::move(vnf));
  }
  return all;
}

RegionMapPtr Services::known_regions(sdk::Call const& call, std::string const& asker) {
  if (auto map = regions_.regions(call, asker)) return *map;
  return std::make_shared<RegionMap const>();
}

Result<sdk::CandidateList> Services::resolve(sdk::Call const& call, std::string const& asker,
                                             sdk::Demand const& demand) {
  auto const wanted = read_service_requirement(demand);
  if (!wanted) return wanted.error();
  auto const found = vnfs(call, asker, *wanted);
  if (!found) return found.error();

  sdk::CandidateList list;
  std::vector<VnfOfCustomer> kept;
  std::vector<VnfCloud> clouds;
  std::set<std::pair<std::string, std::string>> seen;
  for (auto const& vnf : *found) {
    auto judged = judge_vnf(vnf, *wanted, demand.requirement);
    if (auto* drop = std::get_if<sdk::Drop>(&judged)) {
      list.dropped.push_back(std::move(*drop));
      continue;
    }
    auto& good = std::get<VnfOfCustomer>(judged);
    if (!seen.insert({good.candidate_id, good.host_id}).second) continue;
    clouds.push_back(good.cloud);
    kept.push_back(std::move(good));
  }
  if (kept.empty()) return list;

  auto const places = places_.find(call, asker, clouds, *known_regions(call, asker));
  if (!places) return places.error();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    auto const& place = (*places)[i];
    if (auto const* why = std::get_if<sdk::Drop>(&place))
      list.dropped.push_back(
          drop_of(kept[i].candidate_id, kept[i].cloud.region.cloud_region_id, *why, kept[i].host_id));
    else
      list.candidates.push_back(candidate_of(kept[i], std::get<VnfPlace>(place), options_.location_type));
  }
  return list;
}

}  // namespace conductor::plugins::inventory_aai
