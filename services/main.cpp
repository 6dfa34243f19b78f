// The one binary. The name it is called by chooses the role; `conductor` itself has sub-commands.
#include "services/api/role.hpp"
#include "services/cli/arguments.hpp"
#include "services/cli/commands.hpp"
#include "services/cli/version.hpp"
#include "services/controller/role.hpp"
#include "services/data/role.hpp"
#include "services/reservation/role.hpp"
#include "services/solver/role.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace {

using namespace conductor;

std::vector<kernel::Role> all_roles() {
  return {services::api::role(), services::controller::role(), services::data::role(), services::solver::role(),
          services::reservation::role()};
}

std::string overview(std::vector<kernel::Role> const& roles) {
  std::string text =
      "usage: conductor COMMAND [options]\n\n"
      "Decides where each part of a service goes: which cloud region gets a new network function, which running\n"
      "instance is shared.\n\n"
      "Commands:\n"
      "  run          all roles in one process, or some: --roles api,solver\n";
  for (auto const& role : roles) {
    std::string name(role.name);
    name.resize(11, ' ');
    text += "  " + name + "  " + std::string(role.summary) + "\n";
  }
  return text +
         "  config       sample, check, show: the configuration\n"
         "  plugin       list, info, check: the plugins\n\n"
         "conductor COMMAND --help tells more. Each role is also a program of its own: conductor-api, "
         "conductor-solver, ...\n"
         "Report bugs where you got this software: see README.md.\n";
}

int start(std::vector<kernel::Role> const& roles, kernel::Role const* role, std::string const& command,
          std::vector<std::string> const& arguments) {
  auto const parsed = cli::parse_run(roles, role, command, arguments);
  if (!parsed.launch) {
    (parsed.status == 0 ? std::cout : std::cerr) << parsed.text;
    return parsed.status;
  }
  return kernel::run(roles, *parsed.launch);
}

kernel::Role const* role_named(std::vector<kernel::Role> const& roles, std::string const& name) {
  auto const found = std::find_if(roles.begin(), roles.end(), [&](auto const& role) { return role.name == name; });
  return found == roles.end() ? nullptr : &*found;
}

int run_command(std::vector<kernel::Role> const& roles, std::vector<std::string> arguments) {
  if (arguments.empty()) {
    std::cerr << overview(roles);
    return 2;
  }
  std::string const command = arguments[0];
  arguments.erase(arguments.begin());
  if (command == "--help" || command == "-h" || command == "help") {
    std::cout << overview(roles);
    return 0;
  }
  if (command == "--version") {
    std::cout << cli::version_line() << '\n';
    return 0;
  }
  if (command == "run") return start(roles, nullptr, "conductor run", arguments);
  if (command == "config") return cli::config_command(roles, std::move(arguments));
  if (command == "plugin") return cli::plugin_command(roles, std::move(arguments));
  if (auto const* role = role_named(roles, command)) return start(roles, role, "conductor " + command, arguments);
  std::cerr << "error: unknown command '" << command << "'\n\n" << overview(roles);
  return 2;
}

}  // namespace

int main(int count, char** values) {
  try {
    std::vector<std::string> const arguments(values + 1, values + count);
    auto const roles = all_roles();
    std::string const program = std::filesystem::path(values[0]).filename().string();
    constexpr std::string_view prefix = "conductor-";
    if (program.starts_with(prefix))
      if (auto const* role = role_named(roles, program.substr(prefix.size())))
        return start(roles, role, program, arguments);
    return run_command(roles, arguments);
  } catch (std::exception const& failure) {
    std::cerr << "error: " << failure.what() << '\n';
    return 1;
  }
}
