#include "options.hpp"

#include "conductor/sdk/peer_options.hpp"

#include <algorithm>

namespace conductor::plugins::inventory_aai {

using sdk::Errc;
using sdk::Error;

namespace {

sdk::Peer peer() {
  return {.section = "aai",
          .name = "A&AI",
          .default_certificate = "certificate.pem",
          .default_key = "certificate_key.pem",
          .default_bundle = "certificate_authority_bundle.pem"};
}

constexpr int oldest_version = 9;
constexpr std::size_t max_reply_bytes = 64U << 20U;

void describe_peer(sdk::Schema& schema) {
  schema.url("server_url", "Base URL of A&AI, without version.").default_to("https://controller:8443/aai");
  schema.text("server_url_version", "Schema version, at least v9. The server must serve it.").default_to("v23");
  sdk::describe_attempts(schema, peer());
  sdk::describe_login(schema);
  sdk::describe_certificates(schema, peer());
}

// The path of a URL, without a trailing slash.
std::string path_of(std::string const& url) {
  auto const scheme = url.find("://");
  auto const path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  return path == url.npos ? "" : url.substr(path);
}

}  // namespace

void Options::describe(sdk::Schema& schema) {
  describe_peer(schema);
  schema.integer("cache_refresh_interval", "Minutes before the cloud regions are read again.")
      .default_to(1440)
      .at_least(1)
      .at_most(1e6);
  schema.integer("complex_cache_refresh_interval", "Minutes that a complex is remembered.")
      .default_to(1440)
      .at_least(1)
      .at_most(1e6);
  schema.integer("page_size", "Objects per page of long lists; 0: lists in one piece.").default_to(500).at_least(0);
  schema.integer("max_parallel_requests", "Requests under way at once.").default_to(8).at_least(1).at_most(256);
  schema.text("location_type", "The location_type of candidates.").default_to("att_aic");
  schema.text("host_query_name", "Stored query that finds the complex of a host; empty: look at the host itself only.")
      .default_to("ucpe-instance");
  schema.boolean("HPA_enabled",
                 "Read flavors and hardware capabilities of cloud regions, which hpa and capability constraints and "
                 "the key flavor of demands need. Unset: as [DEFAULT] HPA_enabled.");
  schema.text("table_prefix", "Accepted for old configurations, without effect.").default_to("aai");
}

Options::Options(sdk::Settings const& settings)
    : version(settings.text("server_url_version")),
      location_type(settings.text("location_type")),
      host_query(settings.text("host_query_name")),
      page_size(static_cast<std::size_t>(settings.integer("page_size"))),
      at_once(static_cast<std::size_t>(settings.integer("max_parallel_requests"))),
      hardware(!settings.is_set("HPA_enabled") || settings.boolean("HPA_enabled")),
      region_interval(settings.integer("cache_refresh_interval")),
      complex_interval(settings.integer("complex_cache_refresh_interval")) {
  auto url = settings.text("server_url");
  while (url.ends_with('/')) url.pop_back();
  base_path = path_of(url);
  http = sdk::peer_config(settings, peer());
  http.base_url = url + "/" + version;
  http.max_reply_bytes = max_reply_bytes;
  http.max_connections = at_once;
  http.headers = {{"X-FromAppId", "CONDUCTOR"}, {"Accept", "application/json"}, {"Content-Type", "application/json"}};
}

sdk::Result<void> Options::check(sdk::Log& log) {
  auto const digits = version.starts_with('v') ? std::string_view(version).substr(1) : std::string_view();
  bool const numeric = !digits.empty() && digits.size() < 6 &&
                       std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!numeric || std::stoi(std::string(digits)) < oldest_version)
    return Error{Errc::invalid, "[aai] server_url_version is '" + version + "', expected v9 or later, for example v23"};
  sdk::leave_out_missing(http, peer(), log);
  if (auto const checked = sdk::check_files(http, peer()); !checked) return checked.error();
  sdk::warn_if_unverified(http, peer(), log);
  return {};
}

}  // namespace conductor::plugins::inventory_aai
