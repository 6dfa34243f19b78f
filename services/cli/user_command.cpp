// conductor user set, list, delete: the users file of the API.
#include "core/config/config.hpp"
#include "core/kernel/setup.hpp"
#include "services/api/users_file.hpp"
#include "services/cli/api_client.hpp"
#include "services/cli/local_commands.hpp"
#include "services/cli/operator_commands.hpp"

#include <istream>
#include <ostream>

namespace conductor::cli {

namespace {

namespace api = services::api;

constexpr char reload_hint[] = "a running service reads it again on SIGHUP";

// --users-file, else [api] users_file.
std::filesystem::path users_file(Invocation const& invocation, std::span<kernel::Role const> roles) {
  if (invocation.has("users-file")) return invocation.value("users-file");
  auto const loaded = config::load(kernel::core_catalogue(roles), sources_of(invocation));
  std::string problems;
  for (auto const& problem : loaded.errors) problems += (problems.empty() ? "" : "\n       ") + problem.where();
  if (!problems.empty()) throw Ended(exit_failed, problems);
  auto const file = loaded.config.section("api").text("users_file");
  if (file.empty())
    throw Ended(exit_usage,
                "there is no users file: name one with --users-file, or set [api] users_file in the configuration");
  return file;
}

std::string asked_twice(Console& console, std::string const& name) {
  auto const first = console.ask_secret("New password of " + name + ": ");
  if (!first) throw Ended(exit_usage, "no password was given");
  if (auto const wrong = api::unusable_password(*first)) throw Ended(exit_failed, *wrong);
  auto const second = console.ask_secret("The same again: ");
  if (!second || *second != *first) throw Ended(exit_failed, "the two passwords differ; nothing was changed");
  return *first;
}

std::string new_password(Console& console, std::string const& name) {
  if (console.in_terminal) return asked_twice(console, name);
  std::string line;
  if (!std::getline(console.in, line)) throw Ended(exit_usage, "standard input has no line with the password");
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (auto const wrong = api::unusable_password(line)) throw Ended(exit_failed, *wrong);
  return line;
}

[[noreturn]] void failed(sdk::Error const& error) { throw Ended(exit_failed, error.text); }

int set(Invocation const& invocation, Console& console, std::span<kernel::Role const> roles) {
  auto const& name = invocation.operand();
  if (auto const wrong = api::unusable_user_name(name)) throw Ended(exit_usage, *wrong);
  if (!invocation.has("role"))
    throw Ended(exit_usage, "conductor user set needs --role: reader, submitter, operator or admin");
  auto const role = http::role_from(invocation.value("role"));
  auto const file = users_file(invocation, roles);
  auto const password = new_password(console, name);
  auto const change = api::set_user(file, {.name = name, .role = *role, .password = api::hash_password(password)});
  if (!change) failed(change.error());
  console.out << "user " << name << (*change == api::UserChange::added ? " is new in " : " is changed in ")
              << file.string() << "; " << reload_hint << '\n';
  return exit_done;
}

int list(Invocation const& invocation, Console& console, std::span<kernel::Role const> roles) {
  auto const users = api::read_users(users_file(invocation, roles));
  if (!users) failed(users.error());
  json::array all;
  std::vector<std::vector<std::string>> rows;
  for (auto const& user : *users) {
    all.push_back(json::object{{"name", user.name}, {"role", http::to_string(user.role)}});
    rows.push_back({user.name, std::string(http::to_string(user.role))});
  }
  if (format_of(invocation.value("output"), console) == Format::json)
    print_json(console.out, all);
  else
    print_table(console.out, {"NAME", "ROLE"}, rows, console.colours);
  return exit_done;
}

int remove(Invocation const& invocation, Console& console, std::span<kernel::Role const> roles) {
  auto const file = users_file(invocation, roles);
  if (auto const done = api::remove_user(file, invocation.operand()); !done) failed(done.error());
  console.out << "user " << invocation.operand() << " is gone from " << file.string() << "; " << reload_hint << '\n';
  return exit_done;
}

std::vector<Option> with_file_options(std::vector<Option> own) {
  own.push_back(
      {.name = "users-file", .value = "FILE", .help = "The users file; default: [api] users_file.", .file = true});
  for (auto& each : source_options()) own.push_back(std::move(each));
  return own;
}

}  // namespace

Commands user_commands(std::span<kernel::Role const> roles) {
  auto const with_roles = [roles](int (*run)(Invocation const&, Console&, std::span<kernel::Role const>)) {
    return [run, roles](Invocation const& invocation, Console& console) { return run(invocation, console, roles); };
  };
  return {{.group = "user",
           .verb = "set",
           .operand = "NAME",
           .summary = "Adds a user of the API, or changes role and password of one.",
           .about = "The password is asked for twice on the terminal, or read from one line of standard input.\n"
                    "reader may read; submitter also submits, and deletes own plans; operator also deletes any plan,\n"
                    "releases orders and loads latency rules; admin may do everything.",
           .examples = {{"conductor user set alice --role submitter", "Asks for the password"},
                        {"pwgen 20 1 | tee alice.password | conductor user set alice --role reader --users-file users",
                         "For scripts: the password comes from standard input"}},
           .options = with_file_options({{.name = "role",
                                          .letter = 'r',
                                          .value = "ROLE",
                                          .help = "What the user may do.",
                                          .choices = {"reader", "submitter", "operator", "admin"}}}),
           .run = with_roles(set)},
          {.group = "user",
           .verb = "list",
           .summary = "The users of the API and their roles.",
           .examples = {{"conductor user list", "Users of the configured file"}},
           .options = with_file_options({output_option()}),
           .run = with_roles(list)},
          {.group = "user",
           .verb = "delete",
           .operand = "NAME",
           .summary = "Removes a user of the API.",
           .examples = {{"conductor user delete alice", "Alice may no longer ask"}},
           .options = with_file_options({}),
           .run = with_roles(remove)}};
}

}  // namespace conductor::cli
