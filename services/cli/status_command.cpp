// conductor status: the whole installation at a glance, from its store and its processes.
#include "core/rpc/bus.hpp"
#include "services/cli/exit_code.hpp"
#include "services/cli/operator_commands.hpp"
#include "services/cli/output.hpp"
#include "services/cli/status.hpp"
#include "services/cli/store_access.hpp"

#include <unistd.h>

#include <csignal>

namespace conductor::cli {

namespace {

constexpr std::chrono::seconds patience{20};

std::string host_name() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  return name;
}

int status(Invocation const& invocation, Console& console, std::span<kernel::Role const> roles) {
  auto const format = format_of(invocation.value("output"), console);
  std::signal(SIGPIPE, SIG_IGN);  // a process that ends while it is asked is no reason to end, too
  OpenStore open(console, roles, {.sources = sources_of(invocation)});
  auto const files = rpc::bus_config(open.config()).direct.tls;
  std::unique_ptr<rpc::PeerTls> tls;
  if (files.complete()) {
    auto loaded = rpc::PeerTls::load(files);
    if (!loaded) throw Ended(exit_failed, "[messaging_server]: " + loaded.error().text);
    tls = std::move(*loaded);
  }
  auto const dialer = rpc::make_socket_dialer(tls.get());
  StatusSources sources{.store = open.store(),
                        .store_name = open.name(),
                        .dialer = *dialer,
                        .clock = console.clock,
                        .host = host_name(),
                        .state_path = open.state_path(),
                        .roles = {}};
  for (auto const& role : roles) sources.roles.emplace_back(role.name);
  auto const found =
      gather_status(sources, {.deadline = console.clock.now() + patience, .request_id = "conductor-status"});
  if (!found) throw Ended(exit_failed, found.error().text);
  if (format == Format::json)
    print_json(console.out, *found);
  else
    print_status(console.out, *found, console.colours);
  return found->at("healthy") == true ? exit_done : exit_failed;
}

}  // namespace

Command status_command(std::span<kernel::Role const> roles) {
  Command command{.group = "status",
                  .verb = "",
                  .summary = "Shows which roles run and how they are, and what waits for them.",
                  .about =
                      "Reads the configured store: which processes have registered, how many plans are in which\n"
                      "state, and how long the oldest has been there. Each process is then asked for its health, by\n"
                      "its socket when it is on this host, over TLS when [messaging_server] names certificates. Run\n"
                      "it as the user of the service, with the service's configuration.\n"
                      "\n"
                      "The exit status is 0 when every role runs and every process is ready, else 1.",
                  .examples = {{"conductor status --config-file conductor.conf", "tables for people"},
                               {"conductor status --config-file conductor.conf -o json | jq .plans", "the queues"}},
                  .options = source_options()};
  command.options.push_back({.name = "output",
                             .letter = 'o',
                             .value = "FORMAT",
                             .help = "table or json; without it a table on a terminal, JSON elsewhere.",
                             .choices = {"table", "json"}});
  command.run = [roles](Invocation const& invocation, Console& console) { return status(invocation, console, roles); };
  return command;
}

}  // namespace conductor::cli
