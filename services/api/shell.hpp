// What of the configuration shapes the HTTP shell around the API: where it listens, TLS, limits, and the filters around
// its handlers. role.cpp puts it together with admission and routes.
#pragma once
#include "core/config/config.hpp"
#include "core/http/router.hpp"
#include "core/http/server.hpp"

namespace conductor::services::api {

// The shell's options of [api], and [cors], [oslo_middleware], [version_auth].
void declare_shell(config::Catalogue& catalogue);

// Adds what is wrong with addresses and networks.
void check_shell(config::Config const& config, std::vector<config::Problem>& errors);

// Of a configuration that passed check_shell. Logs what an operator should know. Router, registry and clock outlive the
// server; the filters are complete and in order: counting, routing, version headers, CORS, proxies.
http::ServerConfig shell_config(config::Config const& config, http::Router const& router, metrics::Registry& metrics,
                                sdk::Clock& clock, sdk::Log& log);

// Nobody should be exposed by accident: an address that others can reach needs TLS and a login, or an explicit option.
sdk::Result<void> check_exposure(config::Config const& config, sdk::Log& log);

}  // namespace conductor::services::api
