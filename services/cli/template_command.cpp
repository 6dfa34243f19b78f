// conductor template validate, schema.
#include "core/gazetteer/gazetteer.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/local_commands.hpp"
#include "services/cli/problem_print.hpp"
#include "services/cli/template_file.hpp"
#include "services/controller/handler.hpp"
#include "services/controller/template_schema.hpp"

#include <ostream>

namespace conductor::cli {

namespace {

using namespace std::chrono_literals;
namespace controller = services::controller;

// {"valid", "errors", "warnings"} from the same code that the service runs, but without what only it can look up.
json::object validate_here(json::object const& request) {
  controller::ControllerConfig config;
  auto const places = gazetteer::Gazetteer::bundled();
  if (places) config.known.gazetteer = *places;
  auto read = controller::read_template(request, config);
  auto const translation = read.unreadable ? sdk::Result<controller::Translation>(std::move(*read.unreadable))
                                           : controller::translate(read.input, nullptr);
  if (!translation) throw Ended(exit_failed, translation.error().text);
  return {{"valid", translation->errors.empty()},
          {"errors", text::to_json(translation->errors)},
          {"warnings", text::to_json(translation->warnings)}};
}

json::object validate_there(Invocation const& invocation, Console& console, json::object const& request) {
  ApiClient api(invocation, console);
  std::string target = "/v1/templates/validate";
  if (invocation.has("resolve")) add_parameter(target, "resolve", "true");
  return api.ask_object(
      {.method = "POST", .target = target, .body = json::serialize(request), .patience = 110s, .idempotent = true});
}

std::string count_text(std::size_t count, char const* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void print_result(Console& console, json::object const& result, TemplateFile const& file, bool here) {
  auto const* errors = array_in(result, "errors");
  auto const* warnings = array_in(result, "warnings");
  if (errors != nullptr) print_problems(console.out, *errors, file.name, "error");
  if (warnings != nullptr) print_problems(console.out, *warnings, file.name, "warning");
  console.out << file.name << ": ";
  if (errors != nullptr && !errors->empty()) {
    console.out << count_text(errors->size(), "error") << '\n';
    return;
  }
  console.out << "valid";
  if (warnings != nullptr && !warnings->empty()) console.out << ", " << count_text(warnings->size(), "warning");
  console.out << (here ? " (checked here; names of providers and plugins, host names and candidates are a server's to "
                         "check: --resolve)\n"
                       : "\n");
}

void place(json::object& result, TemplateFile const& file) {
  for (auto const* key : {"errors", "warnings"})
    if (auto* list = result.if_contains(key); list != nullptr && list->is_array())
      *list = placed(list->as_array(), file);
}

int validate(Invocation const& invocation, Console& console) {
  auto const file = load_template(invocation.operand(), console);
  bool const here = !invocation.has("resolve") && !names_server(invocation, console);
  json::object result;
  if (!file.problems.empty()) {
    result = {{"valid", false}, {"errors", text::to_json(file.problems)}, {"warnings", json::array()}};
  } else {
    auto content = prepare(file, invocation);
    for (auto const& warning : content.warnings) console.err << "warning: " << printable(warning) << '\n';
    json::object const request{{"template", std::move(content.content)}, {"files", std::move(content.files)}};
    result = here ? validate_here(request) : validate_there(invocation, console, request);
  }
  place(result, file);
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, result);
  else
    print_result(console, result, file, here);
  auto const* valid = result.if_contains("valid");
  return valid != nullptr && valid->is_bool() && valid->as_bool() ? exit_done : exit_refused;
}

std::vector<Option> validate_options() {
  auto all = template_options();
  all.push_back({.name = "resolve", .help = "Let the server look up locations and candidates, too."});
  return with_server_options(std::move(all));
}

}  // namespace

Command template_validate_command() {
  return {.group = "template",
          .verb = "validate",
          .operand = "TEMPLATE",
          .operand_is_file = true,
          .summary = "Finds all problems of a template: file:line:column, what was seen, what is expected.",
          .about =
              "Without --server (or CONDUCTOR_SERVER) and without --resolve no server is needed.\n"
              "Exit status: 0 valid, 7 not valid.",
          .examples = {{"conductor template validate vcpe.yaml", "Check a template on this machine"},
                       {"conductor template validate vcpe.yaml --resolve",
                        "Let the server also look up host names and candidates"}},
          .options = validate_options(),
          .run = validate};
}

Command template_schema_command() {
  return {.group = "template",
          .verb = "schema",
          .summary = "Prints the JSON Schema of templates, so that editors complete and check them.",
          .examples = {{"conductor template schema > homing-template.schema.json",
                        "For an editor: # yaml-language-server: $schema=homing-template.schema.json"}},
          .run = [](Invocation const&, Console& console) -> int {
            print_json(console.out, controller::template_schema());
            return exit_done;
          }};
}

}  // namespace conductor::cli
