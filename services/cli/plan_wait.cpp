#include "services/cli/plan_wait.hpp"

#include "core/model/status.hpp"
#include "services/cli/progress.hpp"

#include <algorithm>

namespace conductor::cli {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

Exit exit_of_plan(json::object const& plan) {
  auto const status = text_in(plan, "status");
  return status == model::status::not_found ? exit_not_found
         : status == model::status::error   ? exit_plan_error
                                            : exit_done;
}

json::object get_plan(ApiClient& api, std::string const& id, milliseconds wait) {
  auto target = plan_target(id);
  if (wait > 0ms) add_parameter(target, "wait", std::to_string(wait.count()) + "ms");
  auto answer = api.ask_object({.target = target, .patience = wait + 30s});
  auto const* plans = array_in(answer, "plans");
  if (plans == nullptr || plans->empty() || !plans->front().is_object())
    throw Ended(exit_failed, api.server() + " answered without a plan; is this the API of Conductor?");
  return plans->front().as_object();
}

namespace {

// How long one request may be held back. On a terminal short, so that the progress line is true.
milliseconds one_wait(Console const& console) { return console.err_terminal ? 2s : 60s; }

[[noreturn]] void give_up(std::string const& id, std::string const& status, milliseconds waited) {
  throw Ended(exit_time_is_up, "plan " + id + " is still '" + status + "' after " +
                                   std::to_string(waited.count() / 1000) + " s; it goes on, see: conductor plan wait " +
                                   id);
}

}  // namespace

json::object wait_for_plan(ApiClient& api, Console& console, std::string const& id,
                           std::optional<milliseconds> at_most) {
  Progress progress(console);
  auto const begun = console.clock.now();
  progress.show("waiting for plan " + id);
  for (;;) {
    auto wait = one_wait(console);
    auto const asked = console.clock.now();
    if (at_most) wait = std::clamp(std::chrono::ceil<milliseconds>(begun + *at_most - asked), milliseconds(0), wait);
    auto plan = get_plan(api, id, wait);
    auto const status = text_in(plan, "status");
    if (model::status::is_final(status)) return plan;
    if (at_most && console.clock.now() - begun >= *at_most) give_up(id, printable(status), *at_most);
    progress.show("plan " + id + ": " + printable(status));
    // A server that does not know `wait` answers at once; it is not to be asked in a loop.
    auto const pause = std::min<sdk::Duration>(wait, 1s);
    if (console.clock.now() - asked < pause && !console.clock.sleep_until(asked + pause, api.interrupted()))
      throw Ended(exit_interrupted, "");
  }
}

}  // namespace conductor::cli
