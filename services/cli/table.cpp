#include "services/cli/table.hpp"

#include "core/config/nearest.hpp"
#include "services/cli/arguments.hpp"
#include "services/cli/local_commands.hpp"
#include "services/cli/operator_commands.hpp"
#include "services/cli/plan_commands.hpp"

#include <algorithm>

namespace conductor::cli {

namespace {

void add_roles(Commands& all, std::span<kernel::Role const> roles) {
  all.push_back({.group = "run",
                 .verb = "",
                 .summary = "Starts all roles in one process, or some of them.",
                 .options = run_options(roles, nullptr)});
  for (auto const& role : roles)
    all.push_back({.group = std::string(role.name),
                   .verb = "",
                   .summary = std::string(role.summary),
                   .options = run_options(roles, &role)});
}

// "create, list, show"
std::string verbs_of(std::vector<Command const*> const& commands) {
  std::string text;
  for (auto const* command : commands) text += (text.empty() ? "" : ", ") + command->verb;
  return text;
}

std::string line_of(std::string name, std::string const& text) {
  constexpr std::size_t width = 13;
  name.resize(width, ' ');
  return "  " + name + text + "\n";
}

// What the groups are about; one without a line here shows its commands, or its summary.
struct About {
  char const* group;
  char const* text;
};
constexpr About about[] = {{"plan", "ask for a placement and see what became of it"},
                           {"template", "check templates while they are written"},
                           {"location", "coordinates of places"},
                           {"user", "who may use the API"},
                           {"config", "the configuration"},
                           {"plugin", "the plugins"},
                           {"store", "the configured store"},
                           {"status", "which roles run and how they are, and what waits for them"},
                           {"completion", "a script that completes commands, options and values in bash"},
                           {"run", "all roles in one process, or some: --roles api,solver"}};

std::string summary_of(std::string const& group, Commands const& all) {
  auto const commands = in_group(group, all);
  bool const alone = commands.front()->verb.empty();
  auto const found =
      std::find_if(std::begin(about), std::end(about), [&](auto const& each) { return group == each.group; });
  if (found == std::end(about)) return alone ? commands.front()->summary : verbs_of(commands);
  return alone ? found->text : std::string(found->text) + ": " + verbs_of(commands);
}

std::vector<std::string> groups_of(Commands const& all) {
  std::vector<std::string> groups;
  for (auto const& command : all)
    if (std::find(groups.begin(), groups.end(), command.group) == groups.end()) groups.push_back(command.group);
  return groups;
}

}  // namespace

Commands all_commands(std::span<kernel::Role const> roles) {
  Commands all{plan_create_command(),       plan_list_command(),       plan_show_command(),    plan_wait_command(),
               plan_events_command(),       plan_explain_command(),    plan_why_not_command(), plan_delete_command(),
               template_validate_command(), template_schema_command(), location_find_command()};
  for (auto& command : user_commands(roles)) all.push_back(std::move(command));
  for (auto& command : config_commands(roles)) all.push_back(std::move(command));
  for (auto& command : plugin_commands(roles)) all.push_back(std::move(command));
  for (auto& command : store_commands(roles)) all.push_back(std::move(command));
  all.push_back(status_command(roles));
  all.push_back(completion_command([roles] { return all_commands(roles); }));
  add_roles(all, roles);
  return all;
}

std::string overview(Commands const& all) {
  std::string text =
      "usage: conductor COMMAND [options]\n\n"
      "Decides where each part of a service goes: which cloud region gets a new network function, which running\n"
      "instance is shared.\n\n"
      "To ask a running service:\n";
  bool starts_roles = false;
  for (auto const& group : groups_of(all)) {
    if (group == "user") text += "\nTo look after one:\n";
    if (!starts_roles && !in_group(group, all).front()->run) {
      text += "\nTo start one:\n";
      starts_roles = true;
    }
    text += line_of(group, summary_of(group, all));
  }
  return text +
         "\nExamples:\n"
         "  conductor plan create residential-vcpe.yaml --wait    place a service, print where everything goes\n"
         "  conductor template validate residential-vcpe.yaml     find all problems of a template\n"
         "  conductor run --config-file conductor.conf            start the service\n\n"
         "conductor COMMAND --help tells more. The server is http://127.0.0.1:8091 unless --server or "
         "CONDUCTOR_SERVER\n"
         "names another one; --user and --password-file say who asks. Each role is also a program of its own:\n"
         "conductor-api, conductor-solver, ... Report bugs where you got this software: see README.md.\n";
}

std::string unknown_command(Commands const& all, std::string const& word) {
  auto const near = config::nearest(word, groups_of(all));
  return "unknown command '" + word + "'" + (near.empty() ? "" : "; did you mean " + near + "?");
}

}  // namespace conductor::cli
