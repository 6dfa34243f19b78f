// Logging over Boost.Log: text or JSON lines, plan and request id on every line that concerns a plan, secrets never.
// Lines are masked (text.hpp), laid out (line.hpp) and handed to the sinks (sinks.hpp) in the caller's thread.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

#include <string>

namespace conductor::log {

// The options of [DEFAULT] about logging (configuration specification 4.2). All are reloadable.
void declare(sdk::Schema& default_section);

// (Re)builds the sinks from [DEFAULT]. Before the first call lines go to standard error as text. Thread-safe. After an
// error (`invalid`: an option, `unsupported`: a destination that cannot be used) everything is as it was.
sdk::Result<void> configure(sdk::Settings const& settings, std::string const& program);
// Opens log files anew (SIGHUP). Thread-safe; not for signal handlers.
void reopen();
// Writes out everything; for orderly ends.
void flush();

// The log of a component, by name ("api", "store/sqlite"); lives until the process ends. Thread-safe. A line below the
// component's level costs one atomic load.
sdk::Log& named(std::string const& name);

}  // namespace conductor::log
