#include "services/data/role.hpp"

#include "core/log/log.hpp"
#include "services/data/capacity.hpp"
#include "services/data/gateway.hpp"

namespace conductor::services::data {
namespace {

void declare(config::Catalogue& catalogue) {
  sdk::Schema data("data");
  data.integer("workers", "Requests from other processes worked on at once.").default_to(1).at_least(1);
  data.boolean("concurrent",
               "Several data services are active. Claims have leases, so this only decides whether stale requests are "
               "taken over at start.")
      .default_to(false);
  data.number("existing_placement_cost",
              "Cost of a demand's present placement. The longest distance on Earth is 20,015 km, so -8000 does not "
              "always outweigh distance.")
      .default_to(-8000.0);
  data.number("cloud_candidate_cost", "Cost of a cloud candidate.").default_to(2.0);
  data.number("service_candidate_cost", "Cost of a service candidate.").default_to(1.0);
  data.number("vfmodule_candidate_cost", "Cost of a vfmodule candidate; unset: as a service candidate.");
  for (auto const* type : {"transport", "nssi", "nsi", "nst", "nsst"})
    data.number(std::string(type) + "_candidate_cost", "Cost of a candidate of type " + std::string(type) + ".")
        .default_to(1.0);
  data.text("inventory_group_description",
            "Description of the instance groups that an inventory_group constraint looks at, unless it names one.")
      .default_to("DHV_VVIG_PAIR");
  data.integer("max_parallel_requests", "Look-ups side by side for one request.").default_to(8).at_least(1);
  catalogue.add(data);
}

class DataComponent final : public kernel::Component {
 public:
  explicit DataComponent(kernel::Context& context)
      : gateway_(context.plugins.inventory(), context.plugins, log::named("data"), config_of(context.config)),
        capacity_(context.plugins, log::named("data"), config_of(context.config).at_once) {
    gateway_.serve(context.rpc);
    capacity_.serve(context.rpc);
    context.rpc.workers("data", static_cast<std::size_t>(context.config.section("data").integer("workers")));
  }
  sdk::Result<void> start() override { return {}; }
  void drain(sdk::Time) override {}
  void reload(config::Config const& config) override { gateway_.keep_hardware(is_hardware_read(config)); }

 private:
  static bool is_hardware_read(config::Config const& config) {
    return config.section("DEFAULT").boolean("HPA_enabled");
  }
  static GatewayConfig config_of(config::Config const& config) {
    auto const& settings = config.section("data");
    return {.costs = Costs::from(settings),
            .group_description = settings.text("inventory_group_description"),
            .at_once = static_cast<std::size_t>(settings.integer("max_parallel_requests")),
            .hardware = is_hardware_read(config)};
  }
  Gateway gateway_;
  Capacity capacity_;
};

}  // namespace

kernel::Role const& role() {
  static kernel::Role const data{.name = "data",
                                 .summary = "gateway to inventories and controllers",
                                 .plugin_kinds = {"inventory", "controller", "vim"},
                                 .declare = declare,
                                 .make = [](kernel::Context& context) -> std::unique_ptr<kernel::Component> {
                                   return std::make_unique<DataComponent>(context);
                                 }};
  return data;
}

}  // namespace conductor::services::data
