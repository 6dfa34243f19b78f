#include "services/controller/role.hpp"

#include "core/log/log.hpp"
#include "core/workflow/component.hpp"
#include "services/controller/handler.hpp"

namespace conductor::services::controller {
namespace {

// Configuration specification 4.5.
void declare(config::Catalogue& catalogue) {
  sdk::Schema schema("controller");
  schema.integer("timeout", "Planning timeout in seconds that a request without one is shown with; it is not enforced.")
      .default_to(10)
      .at_least(1);
  schema.integer("limit", "Recommendations for a request that asks for no number.").default_to(1).at_least(1);
  schema.integer("workers", "Plans translated at once.").default_to(1).at_least(1);
  schema
      .boolean(
          "concurrent",
          "Several controllers are active. Claims have leases, so this only decides whether stale claims are taken "
          "over at start.")
      .default_to(false);
  schema.integer("polling_interval", "Seconds between looks for new plans on a store that cannot notify.")
      .default_to(1)
      .at_least(1);
  schema.integer("max_translation_counter", "Translation attempts per plan.")
      .default_to(static_cast<int>(workflow::stages::translation.max_counter))
      .at_least(1);
  schema.integer("max_candidates", "Candidates kept per demand; further ones are left out, with a line in the log.")
      .default_to(100'000)
      .at_least(1);
  schema
      .text("opt_schema_file",
            "JSON Schema of the optimization section of templates of version 2020-08-13, which this release refuses.")
      .default_to("opt_schema.json");
  catalogue.add(schema);
}

template <class Plugin>
std::vector<std::string> names_of(std::vector<std::pair<std::string, Plugin*>> const& loaded) {
  std::vector<std::string> names;
  for (auto const& [name, plugin] : loaded) names.push_back(name);
  return names;
}

// What is loaded in this process, else what configuration says that the data role loads.
ControllerConfig config_of(kernel::Context& context) {
  ControllerConfig config;
  config.known.providers = names_of(context.plugins.inventory());
  if (config.known.providers.empty())
    config.known.providers = context.config.section("inventory_provider").list("extensions");
  config.known.controllers = names_of(context.plugins.controllers());
  if (config.known.controllers.empty())
    config.known.controllers = context.config.section("service_controller").list("extensions");
  config.known.strategies = context.plugins.strategies();
  config.max_candidates = static_cast<std::size_t>(context.config.section("controller").integer("max_candidates"));
  return config;
}

std::unique_ptr<kernel::Component> make(kernel::Context& context) {
  auto const& settings = context.config.section("controller");
  auto const config = config_of(context);
  serve(context.rpc, log::named("controller"), config);
  context.rpc.workers("controller", static_cast<std::size_t>(context.config.section("controller").integer("workers")));
  return workflow::run_stage(
      context, workflow::stages::translation,
      std::make_unique<TranslationHandler>(context.plans, context.rpc, log::named("controller"), config),
      {.workers = static_cast<std::size_t>(settings.integer("workers")),
       .max_counter = settings.integer("max_translation_counter"),
       .timeout = context.config.section("messaging_server").seconds("timeout")});
}

}  // namespace

kernel::Role const& role() {
  static kernel::Role const controller{.name = "controller",
                                       .summary = "checks templates and translates them for the solver",
                                       .plugin_kinds = {},
                                       .declare = declare,
                                       .make = make};
  return controller;
}

}  // namespace conductor::services::controller
