// The gateway to inventories: the methods of rpc topic `data` (core/model/data_topic.hpp) over the loaded providers.
#pragma once
#include "core/plugin/registry.hpp"
#include "core/rpc/rpc.hpp"
#include "services/data/pool.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace conductor::services::data {

struct GatewayConfig {
  Costs costs;
  std::string group_description;  // of inventory groups, when a constraint names none
  std::size_t at_once = 8;        // look-ups side by side, per call
  bool hardware = true;           // candidates keep flavors and region_capabilities
};

// Thread-safe. Methods block until the call's deadline; each look-up of a request runs side by side with the others.
class Gateway {
 public:
  using Answer = sdk::Result<boost::json::value>;
  using Object = boost::json::object;

  // The providers outlive it.
  Gateway(std::vector<std::pair<std::string, sdk::InventoryProvider*>> providers, plugin::Registry& registry,
          sdk::Log& log, GatewayConfig config)
      : providers_(std::move(providers)),
        registry_(registry),
        log_(log),
        config_(std::move(config)),
        hardware_(config_.hardware) {}

  // Registers all methods.
  void serve(rpc::Bus& bus);

  // GatewayConfig::hardware from now on.
  void keep_hardware(bool keep) { hardware_ = keep; }

  Answer resolve_demands(sdk::Call const& call, Object const& args);
  Answer resolve_locations(sdk::Call const& call, Object const& args);
  Answer regions_with_roles(sdk::Call const& call, Object const& args);
  Answer roles_of_hosts(sdk::Call const& call, Object const& args);
  Answer pairs_of_groups(sdk::Call const& call, Object const& args);
  Answer describe(sdk::Call const& call, Object const& args);

 private:
  bool is_at_hand(boost::json::value const& requirements) const;
  sdk::Result<Pool> resolve_demand(sdk::Call const& call, std::string const& demand,
                                   boost::json::array const& requirements);
  sdk::Result<void> resolve_requirement(sdk::Call const& call, std::string const& demand, Object const& requirement,
                                        Pool& into);
  sdk::Result<sdk::Location> locate(sdk::Call const& call, std::string const& name, Object const& location);

  // Finds an answer for every member of an object, `at_once` of them side by side.
  template <class Answer, class Find>
  std::vector<Answer> side_by_side(sdk::Call const& call, Object const& wanted, std::size_t at_once, Find find);
  // Looks every text of args[list] up with `ask`, side by side, and puts the answers under args' texts into one object.
  // The first failure fails all.
  template <class Ask>
  sdk::Result<Object> look_up(sdk::Call const& call, std::string_view method, Object const& args, std::string_view list,
                              Ask ask);
  // The union of what all providers with the capability answer. `what` names the question in errors.
  template <class Item, class Ask>
  sdk::Result<std::vector<Item>> ask_all(sdk::Capabilities capability, std::string const& what, Ask ask);

  std::vector<std::pair<std::string, sdk::InventoryProvider*>> providers_;
  plugin::Registry& registry_;
  sdk::Log& log_;
  GatewayConfig config_;
  std::atomic<bool> hardware_;
};

}  // namespace conductor::services::data
