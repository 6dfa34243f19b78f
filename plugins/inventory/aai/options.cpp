#include "options.hpp"

#include <algorithm>
#include <filesystem>

namespace conductor::plugins::inventory_aai {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr char default_certificate[] = "certificate.pem", default_key[] = "certificate_key.pem",
               default_bundle[] = "certificate_authority_bundle.pem";
constexpr int oldest_version = 9;
constexpr std::size_t max_reply_bytes = 64U << 20U;

void describe_peer(sdk::Schema& schema) {
  schema.url("server_url", "Base URL of A&AI, without version.").default_to("https://controller:8443/aai");
  schema.text("server_url_version", "Schema version, at least v9. The server must serve it.").default_to("v23");
  schema.number("aai_rest_timeout", "Seconds that one attempt may take to answer.").default_to(30).at_least(0.001);
  schema.integer("aai_retries", "Attempts for one request, the first included.").default_to(3).at_least(1);
  schema.text("username", "User of Basic authentication; empty: none.").default_to("");
  schema.secret("password", "Password of Basic authentication.").default_to("");
  schema
      .path("certificate_file",
            "Client certificate (PEM). The default name may be missing; then none is shown to A&AI.")
      .default_to(default_certificate);
  schema.path("certificate_key_file", "Private key of the client certificate (PEM).").default_to(default_key);
  schema
      .path("certificate_authority_bundle_file",
            "Trust anchors for A&AI's certificate (PEM). Empty, or the default name missing: the system's.")
      .default_to(default_bundle);
  schema.text("server_name_override", "Name that A&AI's certificate must have, when it is not the one of server_url.")
      .default_to("");
  schema.boolean("insecure_skip_verify", "Do not verify A&AI's certificate. Anybody on the way can then read and lie.")
      .default_to(false);
}

// The path of a URL, without a trailing slash.
std::string path_of(std::string const& url) {
  auto const scheme = url.find("://");
  auto const path = url.find('/', scheme == url.npos ? 0 : scheme + 3);
  return path == url.npos ? "" : url.substr(path);
}

// Keeps, clears or refuses the name of one file. A missing file whose name is the default's was not meant to exist.
sdk::Result<void> settle(std::string& file, std::string_view option, std::string_view default_name,
                         std::string_view instead, sdk::Log& log) {
  std::error_code ignored;
  if (file.empty() || std::filesystem::exists(file, ignored)) return {};
  if (std::filesystem::path(file).filename() != default_name)
    return Error{Errc::invalid, "[aai] " + std::string(option) + " names " + file +
                                    ", which does not exist; put the file there or correct the option"};
  log.warning("[aai] " + std::string(option) + ": " + file + " does not exist; " + std::string(instead));
  file.clear();
  return {};
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
  http.base_url = url + "/" + version;
  http.username = settings.text("username");
  http.password = settings.text("password");
  http.certificate_file = settings.text("certificate_file");
  http.certificate_key_file = settings.text("certificate_key_file");
  http.ca_file = settings.text("certificate_authority_bundle_file");
  http.server_name_override = settings.text("server_name_override");
  http.insecure_skip_verify = settings.boolean("insecure_skip_verify");
  http.read_timeout = settings.seconds("aai_rest_timeout");
  http.attempts = static_cast<int>(settings.integer("aai_retries"));
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
  if (auto const done = settle(http.certificate_file, "certificate_file", default_certificate,
                               "no client certificate is shown to A&AI", log);
      !done)
    return done.error();
  if (auto const done = settle(http.certificate_key_file, "certificate_key_file", default_key,
                               "no client certificate is shown to A&AI", log);
      !done)
    return done.error();
  if (auto const done = settle(http.ca_file, "certificate_authority_bundle_file", default_bundle,
                               "A&AI's certificate is checked against the system's trust anchors", log);
      !done)
    return done.error();
  if (http.certificate_file.empty() != http.certificate_key_file.empty())
    return Error{Errc::invalid,
                 std::string("[aai] ") +
                     (http.certificate_file.empty() ? "certificate_key_file is there and certificate_file is not"
                                                    : "certificate_file is there and certificate_key_file is not") +
                     "; a client certificate needs both, empty both options for none"};
  if (http.insecure_skip_verify)
    log.warning(
        "[aai] insecure_skip_verify is set: A&AI's certificate is not verified; set "
        "certificate_authority_bundle_file or server_name_override instead");
  return {};
}

}  // namespace conductor::plugins::inventory_aai
