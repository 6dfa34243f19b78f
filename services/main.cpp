// The one binary. The name it is called by chooses the role; `conductor` itself has sub-commands.
#include "services/api/role.hpp"
#include "services/cli/arguments.hpp"
#include "services/cli/table.hpp"
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
  auto const table = cli::all_commands(roles);
  std::string const command = arguments.empty() ? "" : arguments[0];
  if (command == "--help" || command == "-h" || command == "help") {
    std::cout << cli::overview(table);
    return 0;
  }
  if (command == "--version") {
    std::cout << cli::version_line() << '\n';
    return 0;
  }
  if (!cli::has_group(command, table)) {
    if (!command.empty()) std::cerr << "error: " << cli::unknown_command(table, command) << "\n\n";
    std::cerr << cli::overview(table);
    return 2;
  }
  {
    cli::ProcessConsole process;
    if (auto const status = cli::run(table, arguments, process.console())) return *status;
  }
  arguments.erase(arguments.begin());
  return start(roles, role_named(roles, command), "conductor " + command, arguments);
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
