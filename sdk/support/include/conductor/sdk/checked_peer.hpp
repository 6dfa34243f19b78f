// For plugins that check candidates with a peer (vim, controller): the option that says what a failed check means.
#pragma once
#include "conductor/sdk/settings.hpp"

namespace conductor::sdk {

inline constexpr char remote_failure[] = "remote_failure";

// Declares the option. The host reads it; the plugin returns the error either way.
inline void declare_remote_failure(Schema& schema) {
  schema
      .text(remote_failure,
            "When a check of candidates fails after all attempts: error - the plan fails with the reason; open - all "
            "candidates stay, and the plan's message says so.")
      .default_to("error")
      .one_of({"error", "open"});
}

}  // namespace conductor::sdk
