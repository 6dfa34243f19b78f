// conductor plan list, show, wait, delete.
#include "services/cli/api_client.hpp"
#include "services/cli/plan_commands.hpp"
#include "services/cli/plan_print.hpp"
#include "services/cli/plan_wait.hpp"

#include "core/model/status.hpp"

#include <algorithm>
#include <limits>
#include <ostream>
#include <set>

namespace conductor::cli {

namespace {

constexpr long largest_page = 1000, page_by_default = 100;

void print(Console& console, Invocation const& invocation, json::object const& plan) {
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, plan);
  else
    print_plan(console, plan);
}

std::string list_target(Invocation const& invocation, long limit, std::string const& marker) {
  std::string target = "/v1/plans";
  add_parameter(target, "limit", std::to_string(limit));
  for (auto const& status : invocation.values("status")) add_parameter(target, "status", status);
  for (auto const* name : {"name", "since", "sort"})
    if (invocation.has(name)) add_parameter(target, name, invocation.value(name));
  if (!marker.empty()) add_parameter(target, "marker", marker);
  return target;
}

// Page by page, until `wanted` plans are there or no page brings a new one.
json::array collect(ApiClient& api, Invocation const& invocation, long wanted) {
  json::array all;
  std::set<std::string> seen;
  std::string marker;
  while (static_cast<long>(all.size()) < wanted) {
    long const limit = std::min(largest_page, wanted - static_cast<long>(all.size()));
    auto const answer = api.ask_object({.target = list_target(invocation, limit, marker)});
    auto const* plans = array_in(answer, "plans");
    auto const before = all.size();
    if (plans != nullptr)
      for (auto const& plan : *plans)
        if (plan.is_object() && seen.insert(text_in(plan.as_object(), "id")).second) all.push_back(plan);
    if (all.size() == before) break;
    marker = text_in(all.back().as_object(), "id");
  }
  return all;
}

int list(Invocation const& invocation, Console& console) {
  auto const limit = invocation.integer("limit", 1, 1'000'000);
  if (limit && invocation.has("all")) throw Ended(exit_usage, "--limit and --all contradict each other");
  ApiClient api(invocation, console);
  // One plan more than wanted tells whether there are more.
  long const wanted = limit.value_or(page_by_default);
  auto plans = collect(api, invocation, invocation.has("all") ? std::numeric_limits<long>::max() : wanted + 1);
  bool const more = !invocation.has("all") && static_cast<long>(plans.size()) > wanted;
  if (more) plans.pop_back();
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, json::object{{"plans", std::move(plans)}});
  else
    print_plans(console, plans);
  if (more && !limit) console.err << "there are more plans: --all shows every one, --limit N the first N\n";
  return exit_done;
}

int show(Invocation const& invocation, Console& console) {
  ApiClient api(invocation, console);
  print(console, invocation, get_plan(api, invocation.operand()));
  return exit_done;
}

int wait(Invocation const& invocation, Console& console) {
  auto const seconds = invocation.number("timeout", 0, 1e9);
  ApiClient api(invocation, console);
  std::optional<std::chrono::milliseconds> at_most;
  if (seconds) at_most = std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
  auto const plan = wait_for_plan(api, console, invocation.operand(), at_most);
  print(console, invocation, plan);
  return exit_of_plan(plan);
}

int remove(Invocation const& invocation, Console& console) {
  ApiClient api(invocation, console);
  auto target = plan_target(invocation.operand());
  if (invocation.has("release")) add_parameter(target, "release", "true");
  api.ask({.method = "DELETE", .target = target});
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, json::object{{"deleted", invocation.operand()}});
  else
    console.out << "plan " << printable(invocation.operand()) << " is deleted\n";
  return exit_done;
}

std::vector<std::string> statuses() { return {model::status::all.begin(), model::status::all.end()}; }

}  // namespace

Command plan_list_command() {
  return {.group = "plan",
          .verb = "list",
          .summary = "Plans with their status, oldest first.",
          .examples = {{"conductor plan list", "The first 100 plans"},
                       {"conductor plan list --status error --status \"not found\" --sort -created --limit 20",
                        "The 20 latest plans that found no place"},
                       {"conductor plan list --since 2026-01-31T08:00:00Z --all -o json",
                        "Everything since then, as JSON"}},
          .options = with_server_options(
              {{.name = "status",
                .value = "STATUS",
                .help = "Only plans of this status.",
                .repeats = true,
                .choices = statuses()},
               {.name = "name", .letter = 'n', .value = "NAME", .help = "Only plans of exactly this name."},
               {.name = "since", .value = "TIME", .help = "Created at or after: RFC 3339, or milliseconds since 1970."},
               {.name = "sort", .value = "ORDER", .help = "By time of creation.", .choices = {"created", "-created"}},
               {.name = "limit", .value = "N", .help = "At most so many; default 100."},
               {.name = "all", .letter = 'a', .help = "Every plan, page by page."}}),
          .run = list};
}

Command plan_show_command() {
  return {.group = "plan",
          .verb = "show",
          .operand = "ID",
          .summary = "One plan: status, message, solutions.",
          .about = "Exit status: 0 when there is such a plan, whatever became of it; 3 when there is none.",
          .examples = {{"conductor plan show 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11", "A plan as a table"}},
          .options = with_server_options({}),
          .run = show};
}

Command plan_wait_command() {
  return {.group = "plan",
          .verb = "wait",
          .operand = "ID",
          .summary = "Waits until a plan is final and prints it.",
          .about = "Exit status: 0 done, 3 no solution or no such plan, 4 the plan failed, 5 it is not final in time.",
          .examples = {{"conductor plan wait 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11 --timeout 60", "At most a minute"}},
          .options = with_server_options(
              {{.name = "timeout", .letter = 't', .value = "SECONDS", .help = "How long to wait; default: for ever."}}),
          .run = wait};
}

Command plan_delete_command() {
  return {.group = "plan",
          .verb = "delete",
          .operand = "ID",
          .summary = "Deletes a plan, in whatever state it is.",
          .examples = {{"conductor plan delete 7b1c0a52-3c2e-4a53-9d18-0f4a5f0e7c11 --release",
                        "Delete it and release what it has reserved"}},
          .options = with_server_options({{.name = "release", .help = "Release what the plan has reserved, too."}}),
          .run = remove};
}

}  // namespace conductor::cli
