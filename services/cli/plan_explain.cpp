// conductor plan explain, why-not: why a plan ended as it did.
#include "services/cli/api_client.hpp"
#include "services/cli/plan_commands.hpp"
#include "services/cli/plan_print.hpp"
#include "services/cli/plan_wait.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

using namespace std::chrono_literals;

int explain(Invocation const& invocation, Console& console) {
  ApiClient api(invocation, console);
  auto const& id = invocation.operand();
  auto const explanation = api.ask_object({.target = plan_target(id, "/explanation")});
  if (format_of(invocation.value("output"), console) == Format::json) {
    print_json(console.out, explanation);
    return exit_done;
  }
  print_explanation(console, explanation, invocation.has("dropped"));
  // Which candidates were chosen stands in the plan.
  auto const plan = get_plan(api, id);
  if (auto const* found = array_in(plan, "recommendations")) print_solutions(console, *found);
  return exit_done;
}

int why_not(Invocation const& invocation, Console& console) {
  for (auto const* name : {"demand", "candidate"})
    if (!invocation.has(name)) throw Ended(exit_usage, std::string("conductor plan why-not needs --") + name);
  ApiClient api(invocation, console);
  auto target = plan_target(invocation.operand(), "/why-not");
  add_parameter(target, "demand", invocation.value("demand"));
  add_parameter(target, "candidate", invocation.value("candidate"));
  // The server solves the plan once more.
  auto const answer = api.ask_object({.target = target, .patience = 120s});
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, answer);
  else
    print_why_not(console, answer, invocation.value("demand"), invocation.value("candidate"));
  return exit_done;
}

}  // namespace

Command plan_explain_command() {
  return {.group = "plan",
          .verb = "explain",
          .operand = "ID",
          .summary = "What each constraint left of each demand's candidates, and what is in conflict.",
          .examples = {{"conductor plan explain 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11", "Why is there no solution?"},
                       {"conductor plan explain 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11 --dropped",
                        "The same, with each candidate that was dropped"}},
          .options = with_server_options({{.name = "dropped", .help = "Show each dropped candidate with the reason."}}),
          .run = explain};
}

Command plan_why_not_command() {
  return {.group = "plan",
          .verb = "why-not",
          .operand = "ID",
          .summary = "Why a candidate was not chosen: what forbids it, or what it would cost.",
          .examples = {{"conductor plan why-not 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11 --demand vG --candidate eu-west-3",
                        "Why is vG not in eu-west-3?"}},
          .options = with_server_options(
              {{.name = "demand", .letter = 'd', .value = "NAME", .help = "Name of the demand."},
               {.name = "candidate", .letter = 'c', .value = "ID", .help = "Id of the candidate."}}),
          .run = why_not};
}

}  // namespace conductor::cli
