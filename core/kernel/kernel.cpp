#include "core/kernel/kernel.hpp"

#include "core/kernel/process.hpp"
#include "core/kernel/setup.hpp"
#include "core/kernel/signals.hpp"
#include "core/log/log.hpp"
#include "core/log/messages.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iostream>

namespace conductor::kernel {
namespace {

using log::Message;

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

// What stands in the files now; nothing, and the reasons in the log, when no process could start with it.
std::optional<Setup> set_up_again(std::span<Role const> all, Launch const& launch) {
  auto setup = set_up(all, launch.roles, launch.sources);
  if (setup && setup->loaded.errors.empty()) return std::move(*setup);
  if (!setup)
    log::named("kernel").error(setup.error().text);
  else
    for (auto const& problem : setup->loaded.errors) log::named("kernel").error(problem.where());
  log::named("kernel").error(log::message<Message::configuration_kept>());
  return std::nullopt;
}

// Waits for the end, serving HUP and USR2 meanwhile; or for a change that a new process has to take over, whose setup
// it gives.
std::optional<Setup> serve_signals(Signals& signals, Process& process, std::span<Role const> all,
                                   Launch const& launch) {
  for (;;) {
    auto const number = signals.next();
    if (!number) continue;
    if (*number == SIGHUP) {
      if (!process.reload()) continue;
      auto next = set_up_again(all, launch);
      if (!next) continue;
      auto const keyspace = next->loaded.config.section("DEFAULT").text("keyspace");
      log::named("kernel").warning(log::message<Message::keyspace_changed>(keyspace));
      return next;
    } else if (*number == SIGUSR2) {
      process.report_state();
    } else {
      return std::nullopt;
    }
  }
}

// True when the end has been asked for: `ending`, or meanwhile. The next INT after that ends the process at once:
// claims are taken over from its lock file and lease.
bool drain(Signals& signals, Process& process, bool ending) {
  {
    std::jthread const impatient([&](std::stop_token const& stop) {
      while (!stop.stop_requested()) {
        auto const number = signals.next(std::chrono::milliseconds(200));
        if (!number || (*number != SIGINT && *number != SIGTERM)) continue;
        if (*number == SIGINT && ending) ::_exit(130);
        ending = true;
      }
    });
    process.stop(std::chrono::steady_clock::now() + drain_time);
  }
  return ending;
}

struct Ended {
  int status = 0;
  std::optional<Setup> next{};  // of the process that takes over
};

// One process from its start to its end.
Ended run_one(std::span<Role const> all, Launch const& launch, Setup setup, Signals& signals) {
  log_warnings(setup.loaded);
  Process process(all, launch, std::move(setup));
  Ended ended;
  if (auto started = process.start(signals); started) {
    ended.next = serve_signals(signals, process, all, launch);
  } else if (started.error().code != sdk::Errc::cancelled) {
    log::named("kernel").error(started.error().text);
    ended.status = 1;
  }
  if (drain(signals, process, !ended.next)) ended.next.reset();
  return ended;
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
  raise_descriptor_limit();
  auto ended = run_one(all, launch, std::move(*setup), signals);
  while (ended.next) {
    renew_log(ended.next->loaded.config, launch.program);
    auto next = std::move(*ended.next);
    ended = run_one(all, launch, std::move(next), signals);
  }
  log::flush();
  return ended.status;
}

}  // namespace conductor::kernel
