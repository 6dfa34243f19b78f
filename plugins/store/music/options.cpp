#include "options.hpp"
#include "conductor/sdk/base64.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace conductor::plugins::music {

namespace {

using sdk::Settings;

constexpr std::string_view default_url = "http://controller:8080/MUSIC/rest/v2";
constexpr std::string_view default_path = "/MUSIC/rest";
constexpr int default_port = 8080;
constexpr std::array data_centres{"first", "second", "third"};

std::string without_quotes(std::string text) {
  std::erase_if(text, [](char c) { return c == '"' || c == '\'' || c == ' '; });
  return text;
}

// major.minor.patch, each a number.
std::optional<std::array<std::string, 3>> version_of(std::string const& text) {
  std::array<std::string, 3> parts;
  std::size_t part = 0;
  for (char const c : without_quotes(text)) {
    if (c == '.' && part < 2)
      ++part;
    else if (c >= '0' && c <= '9')
      parts[part] += c;
    else
      return std::nullopt;
  }
  if (part != 2 || std::any_of(parts.begin(), parts.end(), [](auto const& one) { return one.empty(); }))
    return std::nullopt;
  return parts;
}

bool is_name(std::string_view name) {
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && name.size() <= 48 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<std::string> urls_of(Settings const& settings) {
  std::vector<std::string> urls;
  for (auto url : settings.list("server_url")) {
    while (url.ends_with('/')) url.pop_back();
    if (!url.empty()) urls.push_back(std::move(url));
  }
  auto const hosts = settings.list("hostnames");
  bool const has_host = std::any_of(hosts.begin(), hosts.end(), [](auto const& host) { return !host.empty(); });
  if (urls.empty() && !has_host) urls.emplace_back(default_url);
  if (!urls.empty()) return urls;
  auto path = settings.text("path");
  if (path.empty()) path = default_path;
  while (path.ends_with('/')) path.pop_back();
  if (!path.starts_with('/')) path.insert(0, 1, '/');
  auto const port = settings.is_set("port") ? settings.integer("port") : default_port;
  for (auto host : hosts) {
    if (host.empty()) continue;
    if (host.find(':') != std::string::npos && !host.starts_with('[')) host = "[" + host + "]";
    std::string url = settings.boolean("enable_https_mode") ? "https://" : "http://";
    urls.push_back(url.append(host).append(":").append(std::to_string(port)).append(path).append("/v2"));
  }
  return urls;
}

boost::json::object replication_of(Settings const& settings) {
  auto const topology = settings.text("music_topology");
  boost::json::object replication{{"class", topology}};
  if (topology == "SimpleStrategy") {
    replication["replication_factor"] = settings.integer("replication_factor");
    return replication;
  }
  for (std::string const which : data_centres) {
    auto const name = settings.text(which + "_datacenter_name");
    if (!name.empty() && settings.is_set(which + "_datacenter_replicas"))
      replication[name] = settings.integer(which + "_datacenter_replicas");
  }
  return replication;
}

void describe_peers(sdk::Schema& schema) {
  schema.list(
      "server_url",
      "Base URLs of MUSIC's REST interface, such as http://music1:8080/MUSIC/rest/v2. Several are used in turn; "
      "one fails, the next is used. Unset, and hostnames too: http://controller:8080/MUSIC/rest/v2. The version in the "
      "path is v2 for every release.");
  schema.list("hostnames", "Hosts of MUSIC, when server_url is not set: together with port and path.");
  schema.integer("port", "Port of hostnames; unset: 8080.").at_least(1).at_most(65535);
  schema.text("path", "Path of hostnames before the version; empty: /MUSIC/rest.").default_to("");
  schema.boolean("enable_https_mode", "Speak TLS with hostnames; server_url says so by https.").default_to(false);
  schema
      .path("certificate_authority_bundle_file",
            "Trust anchors for the servers' certificates (PEM); empty: the system's.")
      .default_to("");
  schema.number("connect_timeout", "Seconds to wait for a connection.").default_to(3.05).at_least(0.05).at_most(60);
  schema.number("read_timeout", "Seconds to wait for one answer.").default_to(12.05).at_least(0.1).at_most(120);
  schema.integer("max_connections", "Connections kept to each server, at most.").default_to(8).at_least(1).at_most(256);
  schema.text("aafuser", "Login; sent as Basic authentication.").default_to("");
  schema.secret("aafpass", "Password of the login.").default_to("");
  schema.text("aafns", "Name space of the application, demanded by releases before 3.2.").default_to("");
  schema.boolean("music_new_version", "Send the version of MUSIC with every request; needs music_version.")
      .default_to(false);
  schema.text("music_version", "Release of the servers, such as 3.2.40.").default_to("");
  schema
      .boolean("send_legacy_auth_headers",
               "Send the login also as headers ns, userId and password, in clear text, though music_version says 3.2 "
               "or newer.")
      .default_to(false);
  schema.list("extra_headers", "Headers that this deployment demands, each as Name=value.");
}

}  // namespace

void describe_options(sdk::Schema& schema) {
  schema.section("music_api");
  describe_peers(schema);
  schema
      .text("layout",
            "native: tables of this program, in a keyspace of its own. compat: the tables of the original Conductor, "
            "so that both work on one keyspace during a migration.")
      .default_to("native")
      .one_of({"native", "compat"});
  schema.text("keyspace", "Keyspace of the plans. Empty: common_keyspace, in the layout native with a 2 behind it.")
      .default_to("");
  schema.text("common_keyspace", "What the keyspace is named after when it has no name of its own.")
      .default_to("${DEFAULT.keyspace}");
  schema.text("rpc_keyspace", "Keyspace of the messages in the layout compat.")
      .default_to("${messaging_server.keyspace}");
  schema.text("music_topology", "Replication of a keyspace that is created: SimpleStrategy or NetworkTopologyStrategy.")
      .default_to("SimpleStrategy")
      .one_of({"SimpleStrategy", "NetworkTopologyStrategy"});
  schema.integer("replication_factor", "Copies of a row with SimpleStrategy. Plans survive a power cut from 3 on.")
      .default_to(1)
      .at_least(1);
  for (std::string const which : data_centres) {
    schema.text(which + "_datacenter_name", "Data centre with NetworkTopologyStrategy; empty: none.").default_to("");
    schema.integer(which + "_datacenter_replicas", "Copies of a row in it.").at_least(0);
  }
  schema.integer("lock_timeout", "Seconds to wait for the lock of a row that is inserted.").default_to(10).at_least(1);
  schema.number("operation_timeout", "Seconds for one operation, all tries included.").default_to(15).at_least(1);
  schema.number("polling_interval", "Longest pause, in seconds, between two looks for changes; shorter after activity.")
      .default_to(1)
      .at_least(0.05)
      .at_most(60);
  schema.boolean("claim_readback", "Read back what was written before it is relied on. Only tests turn it off.")
      .default_to(true);
  schema
      .boolean("debug", "Log every request to MUSIC, without bodies; has an effect only together with [DEFAULT] debug.")
      .default_to(false);
}

std::optional<std::string> problem_of(Settings const& settings) {
  auto const urls = urls_of(settings);
  for (auto const& url : urls)
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      return "[music_api] server_url names '" + url + "'; expected URLs such as http://music1:8080/MUSIC/rest/v2";
  if (settings.boolean("music_new_version") && !version_of(settings.text("music_version")))
    return "[music_api] music_version is '" + settings.text("music_version") +
           "'; expected three numbers such as 3.2.40";
  for (auto const* const name : {"keyspace", "common_keyspace", "rpc_keyspace"})
    if (auto const keyspace = settings.text(name); !keyspace.empty() && !is_name(keyspace))
      return std::string("[music_api] ")
          .append(name)
          .append(" is '")
          .append(keyspace)
          .append("'; expected lower-case letters, digits and _, a letter first");
  for (auto const& header : settings.list("extra_headers"))
    if (!header.empty() && header.find('=') == std::string::npos)
      return "[music_api] extra_headers has '" + header + "'; expected Name=value";
  if (replication_of(settings).size() < 2)
    return "[music_api] music_topology is NetworkTopologyStrategy and no data centre has a name and replicas; set "
           "first_datacenter_name and first_datacenter_replicas";
  return std::nullopt;
}

Options options_of(Settings const& settings) {
  Options options;
  options.urls = urls_of(settings);
  options.compat = settings.text("layout") == "compat";
  options.keyspace = settings.text("keyspace");
  if (options.keyspace.empty()) options.keyspace = settings.text("common_keyspace") + (options.compat ? "" : "2");
  options.rpc_keyspace = settings.text("rpc_keyspace");
  options.replication = replication_of(settings);
  options.lock_timeout = settings.seconds("lock_timeout");
  options.operation_timeout = settings.seconds("operation_timeout");
  options.polling_interval = settings.seconds("polling_interval");
  options.claim_readback = settings.boolean("claim_readback");
  options.debug = settings.boolean("debug");
  auto& http = options.http;
  http.username = settings.text("aafuser");
  http.password = settings.text("aafpass");
  http.ca_file = settings.text("certificate_authority_bundle_file");
  http.connect_timeout = settings.seconds("connect_timeout");
  http.read_timeout = settings.seconds("read_timeout");
  http.attempts = 1;  // what may be sent again is decided here, by what it does
  http.max_reply_bytes = 64U << 20U;
  http.max_connections = static_cast<std::size_t>(settings.integer("max_connections"));
  http.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  auto const version = version_of(settings.text("music_version"));
  bool const announces = settings.boolean("music_new_version") && version;
  if (announces) {
    http.headers.emplace_back("X-minorVersion", (*version)[1]);
    http.headers.emplace_back("X-patchVersion", (*version)[2]);
  }
  bool const older =
      announces && (std::stoi((*version)[0]) < 3 || ((*version)[0] == "3" && std::stoi((*version)[1]) < 2));
  if (!http.username.empty() && settings.boolean("music_new_version") &&
      (older || settings.boolean("send_legacy_auth_headers"))) {
    http.headers.emplace_back("userId", http.username);
    http.headers.emplace_back("password", http.password);
  }
  if (auto const space = settings.text("aafns"); !space.empty()) http.headers.emplace_back("ns", space);
  for (auto const& header : settings.list("extra_headers"))
    if (auto const equals = header.find('='); equals != std::string::npos)
      http.headers.emplace_back(header.substr(0, equals), header.substr(equals + 1));
  return options;
}

}  // namespace conductor::plugins::music
