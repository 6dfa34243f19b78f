#include "options.hpp"

#include "conductor/sdk/checked_peer.hpp"
#include "conductor/sdk/peer_options.hpp"

namespace conductor::plugins::controller_sdnc {

namespace {

sdk::Peer peer() { return {.section = "sdnc", .name = "SDN-C"}; }

}  // namespace

void Options::describe(sdk::Schema& schema) {
  schema
      .url("server_url",
           "Root of SDN-C's RESTCONF: ends in /rests on current releases, in /restconf on those before RFC 8040.")
      .default_to("https://controller:8443/restconf/");
  sdk::describe_login(schema);
  sdk::describe_attempts(schema, peer()).at_most(100);
  sdk::describe_certificates(schema, peer());
  schema
      .text("restconf_style",
            "rfc8040 (current) or bierman02 (before RFC 8040); unset: found out at start by asking the server.")
      .one_of({"rfc8040", "bierman02"});
  schema.text("capacity_module", "YANG module of the operations check-capacity, reserve and release.")
      .default_to("conductor-capacity");
  schema.text("capacity_profile", "How capacity is asked for; there is one way.")
      .default_to("conductor")
      .one_of({"conductor"});
  schema.integer("capacity_batch_size", "Candidates per check.").default_to(100).at_least(1).at_most(100000);
  schema.number("reservation_timeout", "Seconds that reserving or releasing may take, all attempts included.")
      .default_to(60)
      .at_least(0.001);
  schema.integer("hold_seconds", "Seconds after which SDN-C lets go of a reservation by itself; 0: never.")
      .default_to(0)
      .at_least(0)
      .at_most(4294967295.0);
  sdk::declare_remote_failure(schema);
  schema.integer("cache_refresh_interval", "Accepted for old configurations, without effect.").default_to(1440);
  schema.text("table_prefix", "Accepted for old configurations, without effect.").default_to("sdnc");
}

Options::Options(sdk::Settings const& settings)
    : module(settings.text("capacity_module")),
      batch_size(static_cast<std::size_t>(settings.integer("capacity_batch_size"))),
      attempts(static_cast<int>(settings.integer("sdnc_retries"))),
      reservation_timeout(settings.seconds("reservation_timeout")),
      hold_seconds(settings.integer("hold_seconds")) {
  auto url = settings.text("server_url");
  while (url.ends_with('/')) url.pop_back();
  auto const scheme = url.find("://");
  auto const path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  http = sdk::peer_config(settings, peer());
  http.base_url = url.substr(0, path);
  if (path != url.npos) root = url.substr(path);
  if (settings.is_set("restconf_style"))
    style = settings.text("restconf_style") == "bierman02" ? Style::bierman02 : Style::rfc8040;
  http.headers = {{"X-FromAppId", "CONDUCTOR"}};
}

sdk::Result<void> Options::check(sdk::Log& log) const {
  if (auto const checked = sdk::check_files(http, peer()); !checked) return checked.error();
  sdk::warn_if_unverified(http, peer(), log);
  return {};
}

}  // namespace conductor::plugins::controller_sdnc
