// The options of section [etcd_api], and what they come to.
#pragma once
#include "conductor/sdk/settings.hpp"
#include "connection.hpp"

namespace conductor::plugins::etcd {

void describe_options(sdk::Schema& schema);
GatewayConfig gateway_config(sdk::Settings const& settings);
std::string prefix_of(sdk::Settings const& settings);
Limits limits_of(sdk::Settings const& settings);
// What one option alone does not show; nothing: they fit together.
std::optional<std::string> problem_of(sdk::Settings const& settings);

}  // namespace conductor::plugins::etcd
