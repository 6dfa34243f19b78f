#include "core/kernel/kernel.hpp"

#include "core/kernel/process.hpp"
#include "core/kernel/setup.hpp"
#include "core/kernel/signals.hpp"
#include "core/log/log.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>

namespace conductor::kernel {
namespace {

constexpr std::chrono::seconds drain_time{55};  // TERM must have ended within 60 s

// Prints all problems for a person at a terminal; true when none of them is an error.
bool report(config::Loaded const& loaded) {
  for (auto const& problem : loaded.errors) std::cerr << "error: " << problem.where() << '\n';
  return loaded.errors.empty();
}

void log_warnings(config::Loaded const& loaded) {
  for (auto const& problem : loaded.warnings) log::named("config").warning(problem.where());
}

// Connections, plugins and stores share the file descriptors of the process; the usual soft limit of 1024 is there for
// programs that use select(), which nothing here does.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log::named("kernel").warning("cannot raise the limit of open files to " + std::to_string(limit.rlim_max));
}

// Waits for the end, serving HUP and USR2 meanwhile. The second INT ends the process at once.
void serve_signals(Signals& signals, Process& process) {
  for (;;) {
    auto const number = signals.next();
    if (!number) continue;
    if (*number == SIGHUP) {
      process.reload();
    } else if (*number == SIGUSR2) {
      process.report_state();
    } else {
      return;
    }
  }
}

}  // namespace

int run(std::span<Role const> all, Launch const& launch) {
  Signals signals;
  auto setup = set_up(all, launch.roles, launch.sources);
  if (!setup) {
    std::cerr << "error: " << setup.error().text << '\n';
    return 1;
  }
  if (!report(setup->loaded)) return 1;
  if (launch.check_only) {
    for (auto const& problem : setup->loaded.warnings) std::cerr << "warning: " << problem.where() << '\n';
    std::cout << "configuration is good\n";
    return 0;
  }
  if (auto configured = log::configure(setup->loaded.config.section("DEFAULT"), launch.program); !configured) {
    std::cerr << "error: " << configured.error().text << '\n';
    return 1;
  }
  log_warnings(setup->loaded);
  raise_descriptor_limit();

  int status = 0;
  {
    Process process(all, launch, std::move(*setup));
    if (auto started = process.start(signals); !started) {
      if (started.error().code != sdk::Errc::cancelled) {
        log::named("kernel").error(started.error().text);
        status = 1;
      }
    } else {
      serve_signals(signals, process);
    }
    // A second signal while draining ends the process at once: claims are taken over from its lock file and lease.
    std::jthread impatient([&](std::stop_token const& stop) {
      while (!stop.stop_requested())
        if (auto const number = signals.next(std::chrono::milliseconds(200)); number && *number == SIGINT) ::_exit(130);
    });
    process.stop(std::chrono::steady_clock::now() + drain_time);
  }
  log::flush();
  return status;
}

}  // namespace conductor::kernel
