// Inventory provider `aai`: cloud regions, running services, locations, roles and groups from ONAP Active and Available
// Inventory. This file ties the parts together; filters, costs and decorations are the data service's business.
#include "cloud.hpp"
#include "locations.hpp"
#include "roles.hpp"
#include "service.hpp"

#include "conductor/sdk/abi.hpp"

namespace conductor::plugins::inventory_aai {

using sdk::Call;
using sdk::Errc;
using sdk::Error;
using sdk::Result;

class AaiInventory final : public sdk::InventoryProvider {
 public:
  static constexpr sdk::Capabilities capabilities = sdk::concurrent | sdk::cloud | sdk::service | sdk::locations |
                                                    sdk::network_roles | sdk::candidate_roles | sdk::group_pairs;

  static void describe(sdk::Schema& schema) { Options::describe(schema); }

  AaiInventory(sdk::Host& host, sdk::Settings const& settings)
      : host_(host),
        options_(settings),
        connection_(host, options_),
        complexes_(host, connection_, options_),
        regions_(host, connection_, complexes_, options_),
        services_(host, connection_, regions_, complexes_, options_),
        locations_(connection_, complexes_, options_) {}

  Result<void> start(Call const& call) override {
    if (auto const checked = options_.check(host_.log()); !checked) return checked.error();
    connection_.open();
    if (auto const served = connection_.probe(call); !served) return served.error();
    if (auto const filled = regions_.regions(call, "start"); !filled) return filled.error();
    return {};
  }

  void stop() noexcept override { regions_.stop(); }

  // Asks the server only when the last exchange failed.
  Result<void> health(Call const& call) override {
    regions_.observe();
    if (!connection_.last_failure()) return {};
    return connection_.probe(call);
  }

  Result<sdk::CandidateList> resolve(Call const& call, sdk::Demand const& demand) override {
    auto const asker = "demand " + demand.name;
    if (demand.inventory_type == "service") return services_.resolve(call, asker, demand);
    if (demand.inventory_type != "cloud")
      return Error{Errc::unsupported, "Inventory provider aai does not offer inventory type " + demand.inventory_type +
                                          ", which demand " + demand.name + " asks for; it offers cloud and service"};
    auto const map = regions_.regions(call, asker);
    if (!map) return map.error();
    return cloud_candidates(**map, options_.location_type);
  }

  Result<sdk::Location> locate(Call const& call, sdk::LocationQuery const& query) override {
    return query.clli_code.empty() ? locations_.by_host_name(call, query.host_name)
                                   : locations_.by_clli(call, query.clli_code);
  }

  Result<std::vector<sdk::RegionKey>> regions_with_role(Call const& call, std::string const& role) override {
    return inventory_aai::regions_with_role(connection_, call, role);
  }

  Result<std::vector<std::string>> roles_of_host(Call const& call, std::string const& host_id) override {
    return inventory_aai::roles_of_host(connection_, options_, host_.log(), call, host_id);
  }

  Result<std::vector<std::pair<std::string, std::string>>> pairs_of_group(Call const& call,
                                                                          std::string const& description) override {
    return inventory_aai::pairs_of_group(connection_, host_.log(), call, description);
  }

 private:
  sdk::Host& host_;
  Options options_;
  Connection connection_;
  Complexes complexes_;
  RegionCache regions_;
  Services services_;
  Locations locations_;
};

CONDUCTOR_PLUGIN(AaiInventory, "aai", "1.0.0",
                 "Cloud regions and running services from ONAP Active and Available Inventory");

}  // namespace conductor::plugins::inventory_aai
