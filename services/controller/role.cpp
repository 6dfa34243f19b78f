#include "services/controller/role.hpp"

#include "core/log/log.hpp"
#include "core/workflow/component.hpp"
#include "services/controller/handler.hpp"
#include "services/controller/retention.hpp"
#include "services/controller/stranded_plans.hpp"
#include "services/controller/writes_rpc.hpp"

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
  schema
      .number("retention",
              "Days after which finished plans are removed, with their documents. Fractions are allowed; 0: never.")
      .default_to(0)
      .at_least(0);
  schema.integer("max_candidates", "Candidates kept per demand; further ones are left out, with a line in the log.")
      .default_to(100'000)
      .at_least(1);
  schema
      .path(
          "opt_schema_file",
          "JSON Schema (draft-07) that the optimization section of templates of version 2020-08-13 must follow beside "
          "the built-in one. Empty: the built-in one alone.")
      .default_to("");
  schema
      .path("gazetteer",
            "Places that locations of templates may name: UTF-8 CSV with the header country,administrative_area,"
            "locality,postal_code,latitude,longitude. Empty: the bundled countries and large cities.")
      .default_to("");
  catalogue.add(schema);
}

sdk::Result<gazetteer::Gazetteer> gazetteer_of(sdk::Settings const& settings) {
  auto const file = settings.text("gazetteer");
  return file.empty() ? gazetteer::Gazetteer::bundled() : gazetteer::Gazetteer::from_file(file);
}

// Null when the option names no file.
sdk::Result<std::shared_ptr<JsonSchema const>> schema_of(sdk::Settings const& settings) {
  auto const file = settings.text("opt_schema_file");
  if (file.empty()) return std::shared_ptr<JsonSchema const>();
  return JsonSchema::from_file(file);
}

// Files that options name are read here, too, so that a bad one stops the start with its place in the configuration.
void check(config::Config const& config, std::vector<config::Problem>& errors) {
  auto const& settings = config.section("controller");
  auto const read = [&](char const* option, auto reader, char const* remedy) {
    if (settings.text(option).empty()) return;  // built in
    if (auto const contents = reader(settings); !contents)
      errors.push_back(config.problem("controller", option, contents.error().text + remedy));
  };
  read("gazetteer", gazetteer_of, "; leave it empty for the bundled list");
  read("opt_schema_file", schema_of, "; leave it empty for the built-in one");
}

template <class Plugin>
std::vector<std::string> loaded_names(std::vector<std::pair<std::string, Plugin*>> const& loaded) {
  std::vector<std::string> names;
  for (auto const& [name, plugin] : loaded) names.push_back(name);
  return names;
}

// What is loaded in this process, else what configuration says that the data role loads. The files have been read once
// by check(); one that is gone since ends the start with its text.
ControllerConfig config_of(kernel::Context& context) {
  ControllerConfig config;
  config.known.providers = loaded_names(context.plugins.inventory());
  if (config.known.providers.empty())
    config.known.providers = context.config.section("inventory_provider").list("extensions");
  config.known.controllers = loaded_names(context.plugins.controllers());
  if (config.known.controllers.empty())
    config.known.controllers = context.config.section("service_controller").list("extensions");
  config.known.strategies = context.plugins.strategies();
  auto const& settings = context.config.section("controller");
  config.known.gazetteer = gazetteer_of(settings).value();
  config.known.optimization = schema_of(settings).value();
  config.max_candidates = static_cast<std::size_t>(settings.integer("max_candidates"));
  return config;
}

// Translation, and what the controller looks after beside it.
class Controller final : public kernel::Component {
 public:
  Controller(kernel::Context& context, std::unique_ptr<kernel::Component> translation)
      : translation_(std::move(translation)),
        stranded_(context.plans, context.clock, log::named("controller")),
        retention_(retention_of(context), context.plans, context.lease, context.clock, log::named("controller")) {}

  sdk::Result<void> start() override {
    if (auto started = translation_->start(); !started) return started;
    stranded_.start();
    retention_.start();
    return {};
  }
  void drain(sdk::Time deadline) override {
    retention_.stop();
    stranded_.stop();
    translation_->drain(deadline);
  }
  void reload(config::Config const& config) override { translation_->reload(config); }
  sdk::Result<void> health(sdk::Call const& call) override { return translation_->health(call); }

 private:
  static std::chrono::milliseconds retention_of(kernel::Context const& context) {
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(context.config.section("controller").number("retention") * 86'400'000.0));
  }
  std::unique_ptr<kernel::Component> translation_;
  StrandedPlans stranded_;
  Retention retention_;
};

std::unique_ptr<kernel::Component> make(kernel::Context& context) {
  auto const& settings = context.config.section("controller");
  auto const config = config_of(context);
  serve(context.rpc, log::named("controller"), config);
  serve_writes(context.rpc, context.plans, context.clock, log::named("controller"));
  context.rpc.workers("controller", static_cast<std::size_t>(context.config.section("controller").integer("workers")));
  auto translation = workflow::run_stage(
      context, workflow::stages::translation,
      std::make_unique<TranslationHandler>(context.plans, context.rpc, log::named("controller"), config),
      {.workers = static_cast<std::size_t>(settings.integer("workers")),
       .max_counter = settings.integer("max_translation_counter"),
       .timeout = context.config.section("messaging_server").seconds("timeout"),
       .polling_interval = settings.seconds("polling_interval")});
  return std::make_unique<Controller>(context, std::move(translation));
}

}  // namespace

kernel::Role const& role() {
  static kernel::Role const controller{.name = "controller",
                                       .summary = "checks templates and translates them for the solver",
                                       .plugin_kinds = {},
                                       .declare = declare,
                                       .make = make,
                                       .check = check};
  return controller;
}

}  // namespace conductor::services::controller
