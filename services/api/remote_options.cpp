#include "services/api/remote_options.hpp"

namespace conductor::services::api {

void declare_remote(sdk::Schema& api) {
  api.list("allowed_hosts",
           "Hosts that template_url, get_file and callback_url of requests may name: host, or host:port for another "
           "port than 443. Empty: none.")
      .default_to("");
  api.boolean("allow_private_addresses",
              "Names in allowed_hosts may lead to private and loopback addresses, not only to public ones.")
      .default_to(false);
  api.boolean("allow_plain_http", "URLs of requests may be http; the default port is 80 then.").default_to(false);
  api.path("allowed_hosts_ca_file", "Trust anchors (PEM) for the allowed hosts. Empty: the system's.").default_to("");
  api.text("callback_url",
           "Is told about every plan whose request has no callback_url of its own. Its host must be in allowed_hosts.")
      .default_to("");
  api.text("callback_events", "What callbacks tell: final states, or all transitions.")
      .default_to("final")
      .one_of({"final", "all"});
  api.secret("callback_secret", "Key of the callbacks' signatures. Empty: callbacks are refused.").default_to("");
}

void check_remote(config::Config const& config, std::vector<config::Problem>& errors) {
  auto const& api = config.section("api");
  auto const url = api.text("callback_url");
  if (url.empty()) return;
  if (auto const good = check_remote_url(url, remote_rules(api)); !good)
    errors.push_back(config.problem("api", "callback_url", "cannot be called: " + good.error().text));
  if (api.text("callback_secret").empty())
    errors.push_back(
        config.problem("api", "callback_url", "needs callback_secret, without which nothing could be signed"));
}

RemoteRules remote_rules(sdk::Settings const& api) {
  return {.allowed_hosts = api.list("allowed_hosts"),
          .allow_private_addresses = api.boolean("allow_private_addresses"),
          .allow_plain_http = api.boolean("allow_plain_http")};
}

RemoteClients remote_clients(sdk::Settings const& api, http::ClientPool& clients) {
  return [&clients, reach = remote_rules(api).reach(),
          ca_file = api.text("allowed_hosts_ca_file")](std::string const& base) -> sdk::HttpClient& {
    sdk::HttpConfig config;
    config.base_url = base;
    config.ca_file = ca_file;
    config.attempts = 1;
    config.max_reply_bytes = longest_remote_text;
    return clients.client(config, reach);
  };
}

CallbackConfig callback_config(sdk::Settings const& api) {
  return {.url = api.text("callback_url"), .all_events = api.text("callback_events") == "all"};
}

DeliveryConfig delivery_config(config::Config const& config, WireCompat wire_compat) {
  auto const& api = config.section("api");
  return {.secret = api.text("callback_secret"),
          .server_url = config.section("conductor_api").text("server_url"),
          .wire_compat = wire_compat,
          .remote = remote_rules(api)};
}

}  // namespace conductor::services::api
