// What all plugins are: objects with a start, an end and a state of health.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

namespace conductor::sdk {

// Capability flags, one set per kind; a plugin announces the sum of its own as `static constexpr std::uint64_t
// capabilities`. It claims only what the conformance kit can confirm.
using Capabilities = std::uint64_t;

// The host may call it from several threads at once. Without it the host calls one at a time. All kinds know this flag.
inline constexpr Capabilities concurrent = 1U << 0U;

// Life: constructor(Host&, Settings const&) - no I/O - then start, calls, stop, destructor. Objects are stopped and
// destroyed in reverse order of their start.
class Plugin {
 public:
  virtual ~Plugin() = default;
  // May do I/O within the call's deadline. `unavailable` and `timed_out`: the peer is down; the host starts all the
  // same, reports not ready and calls start again later. Any other error refuses the start of the process.
  virtual Result<void> start(Call const&) { return {}; }
  // Ends threads and lets go of resources. No call is under way and none follows.
  virtual void stop() noexcept {}
  // Called for /readyz and `conductor status`; at most 2 s.
  virtual Result<void> health(Call const&) { return {}; }
};

}  // namespace conductor::sdk
