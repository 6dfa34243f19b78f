// The options of core itself (configuration specification 4.1, 4.8, 4.9, 4.11). Those about logging are core/log's;
// roles and plugins declare their own.
#pragma once
#include "core/config/config.hpp"

#include <filesystem>

namespace conductor::config {

// Adds [DEFAULT] (product part), [db_options], [plugins], [inventory_provider], [service_controller],
// [vim_controller], [messaging_server] and [prometheus].
void declare_core(Catalogue& catalogue);

// Where relative names of state files lie: [DEFAULT] state_path, else the first entry of $STATE_DIRECTORY, else
// /var/lib/conductor. Whether it exists and is writable is the caller's check.
std::filesystem::path state_path(Config const& config);

}  // namespace conductor::config
