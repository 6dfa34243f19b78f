// Candidates of type `service`: running VNFs of the customer.
#pragma once
#include "requirement.hpp"
#include "vnfs.hpp"

namespace conductor::plugins::inventory_aai {

// A VNF that may become a candidate, judged by its own document alone.
struct VnfOfCustomer {
  std::string candidate_id;  // service instance
  std::string host_id;       // vnf-name
  VnfCloud cloud;
  boost::json::object attributes;
};

// Pure. Drops: OTHER_CUSTOMER, ATTRIBUTE_MISMATCH, NO_VSERVER, NO_CLOUD, and what requirement.hpp rules out.
std::variant<VnfOfCustomer, sdk::Drop> judge_vnf(boost::json::object const& vnf, ServiceRequirement const& wanted,
                                                 boost::json::object const& requirement);

// Thread-safe; blocks.
class Services {
 public:
  Services(sdk::Host& host, Connection& connection, RegionCache& regions, Complexes& complexes, Options const& options)
      : host_(host),
        connection_(connection),
        regions_(regions),
        places_(host, connection, complexes, options),
        options_(options) {}

  sdk::Result<sdk::CandidateList> resolve(sdk::Call const& call, std::string const& asker, sdk::Demand const& demand);

 private:
  // The model query's VNFs, then the role query's, each VNF once.
  sdk::Result<Connection::Objects> vnfs(sdk::Call const& call, std::string const& asker,
                                        ServiceRequirement const& wanted);
  // The regions as far as they are known; asking for each region singly is the alternative.
  RegionMapPtr known_regions(sdk::Call const& call, std::string const& asker);

  sdk::Host& host_;
  Connection& connection_;
  RegionCache& regions_;
  VnfPlaces places_;
  Options const& options_;
};

}  // namespace conductor::plugins::inventory_aai
