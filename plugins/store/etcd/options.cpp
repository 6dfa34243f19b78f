#include "options.hpp"

#include <algorithm>

namespace conductor::plugins::etcd {

void describe_options(sdk::Schema& schema) {
  schema.section("etcd_api");
  schema.list(
      "endpoints",
      "Base URLs of the members, such as http://etcd1:2379; one fails, the next is used. Replaces host and port.");
  schema.text("host", "Server, when endpoints is not set.").default_to("localhost");
  schema.integer("port", "Port of host.").default_to(2379).at_least(1).at_most(65535);
  schema.boolean("use_tls", "Speak TLS with host; endpoints say so by https.").default_to(false);
  schema.text("prefix", "Begin of all keys of this installation; ends in /. Each installation has its own.")
      .default_to("${DEFAULT.keyspace}/v1/");
  schema.text("username", "Login; empty: none. Its role needs read and write on all keys with the prefix.")
      .default_to("");
  schema.secret("password", "Password of the login.").default_to("");
  schema.path("ca_file", "Trust anchors for the servers' certificates (PEM); empty: the system's.").default_to("");
  schema.path("cert_file", "Client certificate (PEM). With logins enabled it must have no Common Name.").default_to("");
  schema.path("key_file", "Key of the client certificate (PEM).").default_to("");
  schema.text("server_name", "Name to expect in the servers' certificates instead of the URL's host.").default_to("");
  schema.number("connect_timeout", "Seconds to wait for a connection.").default_to(1).at_least(0.05).at_most(60);
  schema.number("request_timeout", "Seconds to wait for one answer before the next member is asked.")
      .default_to(2)
      .at_least(0.1)
      .at_most(60);
  schema.integer("max_request_bytes", "Largest transaction to send; the servers' --max-request-bytes less a margin.")
      .default_to(1'500'000)
      .at_least(600'000)
      .at_most(100'000'000);
  schema.integer("max_txn_ops", "Most steps of a transaction, as the servers' --max-txn-ops.")
      .default_to(128)
      .at_least(64)
      .at_most(100'000);
  schema
      .integer("compact_interval",
               "Seconds between two compactions of the cluster's history, which one process of all does; the last ten "
               "minutes stay. 0: never, the servers see to it (--auto-compaction-mode).")
      .default_to(0)
      .at_least(0);
}

GatewayConfig gateway_config(sdk::Settings const& settings) {
  GatewayConfig config;
  for (auto const& url : settings.list("endpoints"))
    if (!url.empty()) config.endpoints.push_back(url);
  if (config.endpoints.empty()) {
    auto host = settings.text("host");
    if (host.find(':') != std::string::npos && !host.starts_with('[')) host = "[" + host + "]";
    config.endpoints.push_back((settings.boolean("use_tls") ? "https://" : "http://") + host + ":" +
                               std::to_string(settings.integer("port")));
  }
  config.username = settings.text("username");
  config.password = settings.text("password");
  config.ca_file = settings.text("ca_file");
  config.cert_file = settings.text("cert_file");
  config.key_file = settings.text("key_file");
  config.server_name = settings.text("server_name");
  config.connect_timeout = settings.seconds("connect_timeout");
  config.request_timeout = settings.seconds("request_timeout");
  config.probe = Keys(prefix_of(settings)).schema();
  return config;
}

std::string prefix_of(sdk::Settings const& settings) {
  auto prefix = settings.text("prefix");
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix;
}

Limits limits_of(sdk::Settings const& settings) {
  return {static_cast<std::size_t>(settings.integer("max_request_bytes")),
          static_cast<std::size_t>(settings.integer("max_txn_ops"))};
}

std::optional<std::string> problem_of(sdk::Settings const& settings) {
  auto const config = gateway_config(settings);
  for (auto const& url : config.endpoints)
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      return "[etcd_api] endpoints names '" + url + "'; expected URLs such as http://etcd1:2379";
  bool const plain = std::any_of(config.endpoints.begin(), config.endpoints.end(),
                                 [](std::string const& url) { return url.starts_with("http://"); });
  if (plain && !config.cert_file.empty())
    return "[etcd_api] cert_file is set, and an endpoint is not https; say https, or set use_tls";
  if (config.cert_file.empty() != config.key_file.empty())
    return "[etcd_api] cert_file and key_file are set together or not at all";
  if (config.username.empty() && !config.password.empty()) return "[etcd_api] password is set without a username";
  if (prefix_of(settings).size() < 2) return "[etcd_api] prefix is empty; it must keep installations apart";
  return std::nullopt;
}

}  // namespace conductor::plugins::etcd
