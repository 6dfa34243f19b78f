// A stage of the plan workflow as a component of a role: the generic worker, wired to what the kernel gives. This is
// all that the services of controller, solver and reservation call.
#pragma once
#include "core/kernel/role.hpp"
#include "core/workflow/handler.hpp"
#include "core/workflow/table.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace conductor::workflow {

struct StageOptions {
  std::size_t workers = 1;       // plans worked on at once
  std::int64_t max_counter = 3;  // attempts per plan
  std::chrono::milliseconds timeout{
      600'000};  // longest time one claim is kept; then the work is cancelled and handed back
  // Plans in a waiting state that the stage guards begin anew after this time.
  std::chrono::milliseconds guarded_time = std::chrono::milliseconds::max();
  // Between two looks for plans on a store that cannot notify, where [DEFAULT] delay_time is not what counts.
  std::chrono::milliseconds polling_interval = std::chrono::milliseconds::max();
  // Asked for the component's health beside the worker's own; may be empty.
  std::function<sdk::Result<void>(sdk::Call const&)> health{};
  // Called on Component::reload; may be empty.
  std::function<void(config::Config const&)> reload{};
};

// `stage` is one of stages:: (table.hpp). The handler's deadline is the earlier one of `timeout` and the plan's own
// timeout. Nothing runs before start(). The context outlives the component.
std::unique_ptr<kernel::Component> run_stage(kernel::Context& context, Stage const& stage,
                                             std::unique_ptr<Handler> handler, StageOptions options);

}  // namespace conductor::workflow
