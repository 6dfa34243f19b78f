// conductor plan create: submits a template, or tries it out.
#include "services/cli/api_client.hpp"
#include "services/cli/plan_commands.hpp"
#include "services/cli/plan_print.hpp"
#include "services/cli/plan_wait.hpp"
#include "services/cli/problem_print.hpp"
#include "services/cli/progress.hpp"
#include "services/cli/template_file.hpp"

#include <algorithm>
#include <ostream>

namespace conductor::cli {

namespace {

using namespace std::chrono_literals;

std::vector<Option> options() {
  auto all = template_options();
  for (Option& option : std::vector<Option>{
           {.name = "name", .letter = 'n', .value = "NAME", .help = "Label of the plan; default: a generated one."},
           {.name = "num-solution", .value = "N", .help = "How many solutions are wanted at most, or all; default 1."},
           {.name = "wait",
           .letter = 'w',
           .help = "Wait until the plan is final and print it; the exit status tells how it ended."},
           {.name = "dry-run",
           .help = "Translate and solve, but write and reserve nothing; print the plan as it would end, and why."},
           {.name = "timeout", .value = "SECONDS", .help = "The plan fails when it is not final by then."},
           {.name = "strategy", .value = "NAME", .help = "Which solver strategy searches."},
           {.name = "deadline", .value = "SECONDS", .help = "How long the solver may search."},
           {.name = "node-limit",
           .value = "N",
           .help = "How many nodes the solver may search; unlike a deadline it gives the same answer every time."},
           {.name = "overlay",
           .value = "FILE",
           .help = "With --dry-run: changes to the candidates, as YAML or JSON (what if a site is down?).",
           .file = true},
           {.name = "callback-url", .value = "URL", .help = "Where the server reports the final state."},
           {.name = "idempotency-key",
           .value = "KEY",
           .help = "A repeat under the same key gives the same plan, so that a script may try again."}})
    all.push_back(std::move(option));
  return with_server_options(std::move(all));
}

// Digits, or all.
json::value number_of_solutions(Invocation const& invocation) {
  if (invocation.value("num-solution") == "all") return "all";
  return *invocation.integer("num-solution", 1, 10'000);
}

json::object request_of(Invocation const& invocation, TemplateContent content) {
  json::object request{{"template", std::move(content.content)}};
  if (!content.files.empty()) request["files"] = std::move(content.files);
  if (invocation.has("name")) request["name"] = invocation.value("name");
  if (invocation.has("num-solution")) request["num_solution"] = number_of_solutions(invocation);
  if (auto const timeout = invocation.integer("timeout", 1, 86'400)) request["timeout"] = *timeout;
  json::object solver;
  if (invocation.has("strategy")) solver["strategy"] = invocation.value("strategy");
  if (auto const deadline = invocation.number("deadline", 0.001, 86'400)) solver["deadline"] = *deadline;
  if (auto const nodes = invocation.integer("node-limit", 1, 9'000'000'000'000'000)) solver["node_limit"] = *nodes;
  if (!solver.empty()) request["solver"] = std::move(solver);
  if (invocation.has("callback-url")) request["callback_url"] = invocation.value("callback-url");
  if (invocation.has("overlay")) request["overlay"] = load_mapping(invocation.value("overlay"), "overlay");
  return request;
}

void check_together(Invocation const& invocation) {
  if (invocation.has("overlay") && !invocation.has("dry-run"))
    throw Ended(exit_usage, "--overlay goes with --dry-run only: it changes what the solver sees, not the world");
  if (invocation.has("wait") && invocation.has("dry-run"))
    throw Ended(exit_usage, "--dry-run waits by itself; leave --wait out");
}

// The server's messages about the template, with their places in the file.
void place_problems(json::object& plan, TemplateFile const& file) {
  if (auto* errors = plan.if_contains("errors"); errors != nullptr && errors->is_array())
    *errors = placed(errors->as_array(), file);
}

int dry_run(ApiClient& api, Console& console, json::object const& request, Format format, TemplateFile const& file) {
  json::object plan;
  {
    Progress progress(console);
    progress.show("trying out " + file.name);
    // The server takes at most 100 s.
    plan = api.ask_object({.method = "POST",
                           .target = "/v1/plans?dry_run=true",
                           .body = json::serialize(request),
                           .patience = 110s,
                           .idempotent = true});
  }
  place_problems(plan, file);
  if (format == Format::json) {
    print_json(console.out, plan);
    return exit_of_plan(plan);
  }
  print_plan(console, plan, file.name);
  if (auto const* explanation = object_in(plan, "explanation")) {
    auto shown = *explanation;
    if (plan.contains("solver_info")) shown.erase("solver_info");
    console.out << '\n';
    print_explanation(console, shown, false);
  }
  return exit_of_plan(plan);
}

json::object wait_after_create(ApiClient& api, Console& console, std::string const& id) {
  try {
    return wait_for_plan(api, console, id, std::nullopt);
  } catch (Ended const& end) {
    // Whoever waited must be able to go on.
    console.err << "plan " << id << " was accepted and goes on, see: conductor plan wait " << id << '\n';
    throw;
  }
}

int create(Invocation const& invocation, Console& console) {
  check_together(invocation);
  auto const format = format_of(invocation.value("output"), console);
  auto const file = load_template(invocation.operand(), console);
  if (!file.problems.empty()) {
    print_problems(console.err, text::to_json(file.problems), file.name, "error");
    return exit_refused;
  }
  auto content = prepare(file, invocation);
  for (auto const& warning : content.warnings) console.err << "warning: " << printable(warning) << '\n';
  auto const request = request_of(invocation, std::move(content));
  ApiClient api(invocation, console);
  if (invocation.has("dry-run")) return dry_run(api, console, request, format, file);

  ApiClient::Request post{.method = "POST", .target = "/v1/plans", .body = json::serialize(request)};
  if (invocation.has("idempotency-key")) {
    post.headers.emplace_back("Idempotency-Key", invocation.value("idempotency-key"));
    post.idempotent = true;
  }
  auto plan = api.ask_object(post);
  if (invocation.has("wait")) plan = wait_after_create(api, console, text_in(plan, "id"));
  place_problems(plan, file);
  if (format == Format::json)
    print_json(console.out, plan);
  else
    print_plan(console, plan, file.name);
  return exit_of_plan(plan);
}

}  // namespace

Command plan_create_command() {
  return {
      .group = "plan",
      .verb = "create",
      .operand = "TEMPLATE",
      .operand_is_file = true,
      .summary = "Submits a homing template (YAML or JSON; - is standard input): where does each demand go?",
      .about =
          "Files that the template names with {get_file: NAME} are read from its folder and sent with it.\n"
          "Exit status: 0 done (or accepted), 1 no answer, 2 usage, 3 no solution, 4 plan failed, 6 not permitted,\n"
          "7 refused.",
      .examples =
          {{"conductor plan create residential-vcpe.yaml --wait", "Place a service and print where everything goes"},
           {"conductor plan create vcpe.yaml --param customer_latitude=52.52 --param customer_longitude=13.4 --wait",
            "The same template for a customer in Berlin"},
           {"conductor plan create vcpe.yaml --dry-run --overlay down.yaml",
            "What would happen if a region were down? Nothing is written or reserved"},
           {"id=$(conductor plan create vcpe.yaml -o json | jq -r .id)", "For scripts: the id of the new plan"}},
      .options = options(),
      .run = create};
}

}  // namespace conductor::cli
