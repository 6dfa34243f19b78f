#include "core/workflow/component.hpp"

#include "core/log/log.hpp"
#include "core/workflow/worker.hpp"

namespace conductor::workflow {

namespace {

class StageComponent final : public kernel::Component {
 public:
  StageComponent(kernel::Context& context, Stage const& stage, std::unique_ptr<Handler> handler, StageOptions options)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        worker_(stage,
                {.plans = context.plans,
                 .lease = context.lease,
                 .clock = context.clock,
                 .log = log::named(std::string(stage.role))},
                *handler_,
                {.workers = options_.workers,
                 .max_counter = options_.max_counter,
                 .timeout = options_.timeout,
                 .lease_ttl = context.config.section("DEFAULT").seconds("lease_ttl"),
                 .guarded_time = options_.guarded_time,
                 .polling_interval = options_.polling_interval,
                 .count = [&metrics = context.metrics, role = std::string(stage.role)](std::string_view status) {
                   metrics
                       .counter("conductor_plans_total",
                                "Plans that left a stage of the workflow, by their new status.",
                                {{"role", role}, {"status", std::string(status)}})
                       .add();
                 }}) {}

  sdk::Result<void> start() override {
    worker_.start();
    return {};
  }
  void drain(sdk::Time deadline) override { worker_.drain(deadline); }
  void reload(config::Config const& config) override {
    if (options_.reload) options_.reload(config);
  }
  sdk::Result<void> health(sdk::Call const& call) override {
    if (auto working = worker_.health(); !working) return working;
    return options_.health ? options_.health(call) : sdk::Result<void>();
  }

 private:
  StageOptions const options_;
  std::unique_ptr<Handler> handler_;  // outlives the worker
  Worker worker_;
};

}  // namespace

std::unique_ptr<kernel::Component> run_stage(kernel::Context& context, Stage const& stage,
                                             std::unique_ptr<Handler> handler, StageOptions options) {
  return std::make_unique<StageComponent>(context, stage, std::move(handler), std::move(options));
}

}  // namespace conductor::workflow
