// Where VNFs run: the cloud region and the complex, found through vservers and pservers.
#pragma once
#include "complexes.hpp"
#include "connection.hpp"
#include "regions.hpp"

#include <string>
#include <variant>
#include <vector>

namespace conductor::plugins::inventory_aai {

// What a VNF's own relationships say of its place.
struct VnfCloud {
  sdk::RegionKey region;
  std::vector<std::string> vserver_links;
};

// Pure. The drop (NO_VSERVER, NO_CLOUD; ids left empty) says why there is no single cloud.
std::variant<VnfCloud, sdk::Drop> cloud_of(boost::json::object const& vnf);

// Pure. "aic3.0" gives "3.0"; a version without a digit stays as it is.
std::string version_digits(std::string const& version);

struct VnfPlace {
  Region region;
  ComplexPtr complex;  // complete but for the name
};

// Thread-safe; blocks. Look-ups that serve one VNF only drop that VNF when they fail.
class VnfPlaces {
 public:
  VnfPlaces(sdk::Host& host, Connection& connection, Complexes& complexes, Options const& options)
      : host_(host), connection_(connection), complexes_(complexes), options_(options) {}

  // One answer per VNF, in order. Regions in `known` are not asked for. Errors: only that the call is over.
  sdk::Result<std::vector<std::variant<VnfPlace, sdk::Drop>>> find(sdk::Call const& call, std::string const& asker,
                                                                   std::vector<VnfCloud> const& vnfs,
                                                                   RegionMap const& known);

 private:
  sdk::Host& host_;
  Connection& connection_;
  Complexes& complexes_;
  Options const& options_;
};

}  // namespace conductor::plugins::inventory_aai
