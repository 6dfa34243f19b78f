// Inventory providers: where candidates, locations, roles and groups come from.
//
// A provider answers with raw candidates and their attributes. What is the same for every provider is done once, by the
// data service: attribute match, restrictions, required, excluded and existing candidates, costs, pass-through,
// conflict ids.
#pragma once
#include "conductor/sdk/plugin.hpp"

#include <memory>
#include <optional>

namespace conductor::sdk {

// Capabilities: the inventory types this provider can resolve, and the questions it can answer.
inline constexpr Capabilities cloud = 1U << 8U, service = 1U << 9U, vfmodule = 1U << 10U, transport = 1U << 11U,
                              nssi = 1U << 12U, nsi = 1U << 13U, nst = 1U << 14U, nsst = 1U << 15U,
                              slice_profiles = 1U << 16U, locations = 1U << 20U, network_roles = 1U << 21U,
                              candidate_roles = 1U << 22U, group_pairs = 1U << 23U, keeps_candidates = 1U << 24U;

// One requirement of one demand, parameters substituted.
struct Demand {
  std::string name;            // of the demand, for messages
  std::string inventory_type;  // cloud, service, ...
  // The whole requirement as the template has it. A provider may use it to ask its peer for less; the data service
  // applies all filters again.
  boost::json::object requirement;
};

struct Candidate {
  std::string candidate_id;
  std::string inventory_type;
  std::string cloud_owner;  // empty when unknown; part of the identity of clouds
  // The other fields of the candidate document (location_id, latitude, complex_name, ...), as it will be stored and
  // shown. `cost` only when the inventory has one. Coordinates may be numbers or numeric text.
  boost::json::object fields;
  // What filtering_attributes are matched against, under inventory names (`cloud-type`, `orchestration-status`). Not
  // stored.
  boost::json::object attributes;
};

// A candidate that the provider itself had to leave out. `code` is stable, upper case (NO_COMPLEX, OTHER_CUSTOMER,
// INVENTORY_ERROR, ...).
struct Drop {
  std::string candidate_id, location_id, code, text;
};

struct CandidateList {
  std::vector<Candidate> candidates;  // in the provider's order, which is kept
  std::vector<Drop> dropped;
};

// The same, where they stand: `owner` keeps the candidates alive, and nobody changes them.
struct KeptCandidates {
  std::shared_ptr<void const> owner;
  std::vector<Candidate const*> candidates;  // in the provider's order, which is kept
  std::vector<Drop> dropped;
};

// What a provider with the capability `keeps_candidates` implements beside InventoryProvider: one that has its
// inventory in memory need not copy it for every demand.
class CandidateKeeper {
 public:
  virtual ~CandidateKeeper() = default;
  // Asked instead of InventoryProvider::resolve, whose rules hold here too.
  virtual Result<KeptCandidates> resolve_kept(Call const& call, Demand const& demand) = 0;
};

// Exactly one of the two is set.
struct LocationQuery {
  std::string host_name, clli_code;
};

struct Location {
  double latitude = 0, longitude = 0;  // degrees
  std::string country;                 // ISO 3166 alpha-3, empty when unknown
};

struct RegionKey {
  std::string cloud_owner, cloud_region_id;
  auto operator<=>(RegionKey const&) const = default;
};

// Called by the data service on pool threads; calls may block until the call's deadline. Nothing found is an empty list
// (or not_found for a location); an inventory that cannot be asked is `unavailable` or `denied`, never an empty list.
// Text of errors names the demand, location or role and the request.
class InventoryProvider : public Plugin {
 public:
  static constexpr char kind[] = "inventory";

  // Preconditions of a type that the requirement does not meet: `invalid`, with the words of the template
  // specification 5.7.
  virtual Result<CandidateList> resolve(Call const& call, Demand const& demand) = 0;
  virtual Result<Location> locate(Call const&, LocationQuery const&) { return not_supported("locations"); }
  // Regions that have a network of this role; an unknown role has none.
  virtual Result<std::vector<RegionKey>> regions_with_role(Call const&, std::string const& /*role*/) {
    return not_supported("network roles");
  }
  // Roles (replication) of the VNF with this name, upper case as the inventory has them.
  virtual Result<std::vector<std::string>> roles_of_host(Call const&, std::string const& /*host_id*/) {
    return not_supported("candidate roles");
  }
  // Pairs of candidate ids that form an instance group of this description.
  virtual Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Call const&,
                                                                                  std::string const& /*description*/) {
    return not_supported("inventory groups");
  }

 protected:
  static Error not_supported(std::string const& what) {
    return {Errc::unsupported, "this inventory provider does not answer questions about " + what};
  }
};

}  // namespace conductor::sdk
