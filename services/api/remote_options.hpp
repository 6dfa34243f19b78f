// The options about other hosts and callbacks, in section [api]: declared, checked together, and what follows from
// them.
#pragma once
#include "core/config/config.hpp"
#include "core/http/client.hpp"
#include "services/api/context.hpp"
#include "services/api/delivery_engine.hpp"

namespace conductor::services::api {

void declare_remote(sdk::Schema& api);
// Callbacks that could never be sent.
void check_remote(config::Config const& config, std::vector<config::Problem>& errors);

RemoteRules remote_rules(sdk::Settings const& api);
// `clients` outlives the result.
RemoteClients remote_clients(sdk::Settings const& api, http::ClientPool& clients);
CallbackConfig callback_config(sdk::Settings const& api);
DeliveryConfig delivery_config(config::Config const& config, WireCompat wire_compat);

}  // namespace conductor::services::api
