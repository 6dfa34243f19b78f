// The options of [solver] and the component that runs the stage.
#include "services/solver/role.hpp"

#include "core/log/log.hpp"
#include "core/model/plan_topics.hpp"
#include "core/workflow/component.hpp"
#include "services/placement/license.hpp"
#include "services/placement/network_model.hpp"
#include "services/placement/row_memory.hpp"
#include "services/solver/handler.hpp"
#include "services/solver/rpc.hpp"

namespace conductor::services::solver {

using namespace placement;

namespace {

void declare(config::Catalogue& catalogue) {
  sdk::Schema schema("solver");
  schema.integer("workers", "Plans solved at once.").default_to(1).at_least(1);
  schema.integer("solver_timeout", "Seconds a search may take.").default_to(480).at_least(1);
  schema.boolean("concurrent", "When false, orphaned plans are restarted at start.").default_to(false);
  schema.integer("timeout", "Longest time in seconds one claim of a plan is kept; must exceed solver_timeout.")
      .default_to(600)
      .at_least(1);
  schema.integer("max_solver_counter", "Attempts per plan.").default_to(3).at_least(1);
  schema
      .integer("lock_timeout",
               "Seconds after which a plan that waits for the spin-up of a cloud region by another order is translated "
               "and solved anew.")
      .default_to(3600)
      .at_least(1);
  schema.text("strategy", "Search strategy: any strategy plugin.").default_to("optimal");
  schema
      .list("extensions",
            "Further strategy plugins to load, by name; templates and requests may choose any that is loaded.")
      .default_to("random_pick,fit_first");
  schema.integer("max_solutions", "Solutions computed when a plan asks for all.").default_to(100).at_least(1);
  schema.integer("max_candidates", "Candidates considered per demand; further ones are left out.")
      .default_to(100000)
      .at_least(1);
  schema.integer("triage_limit", "Dropped candidates explained per demand and reason.").default_to(200).at_least(0);
  schema.number("distance_tolerance", "Kilometres within which a distance counts as equal (operator =).")
      .default_to(0.5)
      .at_least(0);
  schema
      .text(
          "cost_mode",
          "How often a candidate's cost counts in the objective: with each location operand of its demand, inside the "
          "weight (per_operand), or once per demand that has such an operand (once).")
      .default_to("per_operand")
      .one_of({"per_operand", "once"});
  schema
      .boolean("latency_strict",
               "Latency groups are 20016 km apart instead of 20000, so that no distance on Earth outweighs a group.")
      .default_to(false);
  schema
      .boolean("sticky",
               "For requests of type 'speed changed', existing placements are kept wherever that is possible, whatever "
               "the objective says; when false they only get their low cost.")
      .default_to(false);
  schema
      .path("network_model",
            "Links between sites for network constraints: CSV with the header from,to,latency_ms,bandwidth_mbps,"
            "distance_km, or a JSON or YAML list of such objects. Empty: estimated from great-circle distance.")
      .default_to("");
  schema
      .path("license_file",
            "Licence pools for license constraints: a JSON or YAML list of {id, key, available, candidates}. Empty: "
            "such constraints are refused.")
      .default_to("");
  catalogue.add(schema);
}

// Null when the option names no file.
sdk::Result<std::shared_ptr<NetworkModel const>> network_of(sdk::Settings const& settings) {
  auto const file = settings.text("network_model");
  if (file.empty()) return std::shared_ptr<NetworkModel const>();
  auto model = NetworkModel::from_file(file);
  if (!model) return model.error();
  return std::make_shared<NetworkModel const>(std::move(*model));
}

sdk::Result<std::shared_ptr<std::vector<LicensePool> const>> licenses_of(sdk::Settings const& settings) {
  auto const file = settings.text("license_file");
  if (file.empty()) return std::shared_ptr<std::vector<LicensePool> const>();
  auto pools = read_license_pools(file);
  if (!pools) return pools.error();
  return std::make_shared<std::vector<LicensePool> const>(std::move(*pools));
}

// The files have been read once by check(); one that is gone since ends the start with its text.
HandlerOptions options_from(sdk::Settings const& settings, std::string owner) {
  auto const count = [&](char const* name) { return static_cast<std::size_t>(settings.integer(name)); };
  HandlerOptions options;
  options.solve.max_solutions = count("max_solutions");
  options.solve.max_candidates = count("max_candidates");
  options.solve.triage_limit = count("triage_limit");
  options.solve.distance_tolerance = settings.number("distance_tolerance");
  options.solve.cost_mode = settings.text("cost_mode") == "once" ? CostMode::once : CostMode::per_operand;
  if (settings.boolean("latency_strict")) options.solve.latency_step = 20016;
  options.solve.sticky = settings.boolean("sticky");
  options.solve.network = network_of(settings).value();
  options.solve.licenses = licenses_of(settings).value();
  options.solve.rows = std::make_shared<RowPool>();
  options.strategy = settings.text("strategy");
  options.timeout = settings.seconds("solver_timeout");
  options.owner = std::move(owner);
  return options;
}

// Everything the handler refers to that the kernel does not own.
class OwningHandler final : public workflow::Handler {
 public:
  OwningHandler(kernel::Context& context, HandlerOptions options)
      : remote_(context.rpc, context.plans.store()),
        handler_(std::move(options), context.plans, remote_, context.plugins, context.clock, log::named("solver"),
                 &context.metrics) {}
  sdk::Result<workflow::Finish> handle(sdk::Call const& call, store::Plan const& plan) override {
    return handler_.handle(call, plan);
  }
  // Plans that are only tried: as many at once as stored ones.
  void serve_rpc(rpc::Bus& bus, std::size_t workers) {
    serve(bus, handler_);
    bus.workers(model::plan_topics::solver, workers);
  }

 private:
  RpcRemote remote_;
  SolveHandler handler_;
};

// Files that options name must be readable, and the claim must outlive the search, else it would be given back in the
// middle of it.
void check(config::Config const& config, std::vector<config::Problem>& errors) {
  auto const& settings = config.section("solver");
  if (auto const network = network_of(settings); !network)
    errors.push_back(
        config.problem("solver", "network_model", network.error().text + "; leave it empty for estimates"));
  if (auto const licenses = licenses_of(settings); !licenses)
    errors.push_back(config.problem("solver", "license_file", licenses.error().text + "; leave it empty for none"));
  auto const claim = settings.integer("timeout"), search = settings.integer("solver_timeout");
  if (claim > search) return;
  errors.push_back(config.problem("solver", "timeout",
                                  "is " + std::to_string(claim) + ", which must exceed solver_timeout, " +
                                      std::to_string(search) + "; raise timeout or lower solver_timeout"));
}

std::unique_ptr<kernel::Component> make(kernel::Context& context) {
  auto const& settings = context.config.section("solver");
  workflow::StageOptions stage;
  stage.workers = static_cast<std::size_t>(settings.integer("workers"));
  stage.max_counter = settings.integer("max_solver_counter");
  stage.timeout = settings.seconds("timeout");
  stage.guarded_time = settings.seconds("lock_timeout");
  auto handler = std::make_unique<OwningHandler>(context, options_from(settings, context.lease.id()));
  handler->serve_rpc(context.rpc, stage.workers);
  return workflow::run_stage(context, workflow::stages::solving, std::move(handler), std::move(stage));
}

}  // namespace

kernel::Role const& role() {
  static kernel::Role const solver{
      "solver", "Searches the best placement of translated plans.", {"solver"}, declare, make, check};
  return solver;
}

}  // namespace conductor::services::solver
