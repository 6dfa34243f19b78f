#include "options.hpp"

#include "conductor/sdk/checked_peer.hpp"

#include <filesystem>

namespace conductor::plugins::vim_multicloud {

using sdk::Errc;
using sdk::Error;

namespace {

constexpr char default_bundle[] = "certificate_authority_bundle.pem";

bool exists(std::string const& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

bool is_default_bundle(std::string const& file) { return std::filesystem::path(file).filename() == default_bundle; }

sdk::Result<void> present(std::string const& file, std::string const& option) {
  if (file.empty() || exists(file)) return {};
  return Error{Errc::invalid, "[multicloud] " + option + " names " + file +
                                  ", which does not exist; put the file there or correct the option"};
}

// With https in place of http; the scheme is all that changes.
std::string secured(std::string url) {
  constexpr std::string_view plain = "http://";
  if (url.starts_with(plain)) url.replace(0, plain.size(), "https://");
  return url;
}

}  // namespace

void Options::describe(sdk::Schema& schema) {
  schema.url("server_url", "Base URL of MultiCloud, without version.")
      .default_to("https://msb.onap.org/api/multicloud");
  schema
      .text("server_url_version",
            "Version of the interface: v0 names a region by one text, owner_region, which must consist of letters, "
            "digits, hyphens and underscores; v1 by two.")
      .default_to("v0")
      .one_of({"v0", "v1"});
  schema.number("multicloud_rest_timeout", "Seconds that one attempt may take to answer.")
      .default_to(30)
      .at_least(0.001);
  schema.integer("multicloud_retries", "Attempts for one request, the first included.")
      .default_to(3)
      .at_least(1)
      .at_most(100);
  schema.text("username", "User of Basic authentication; empty: none.").default_to("");
  schema.secret("password", "Password of Basic authentication.").default_to("");
  schema.boolean("enable_https_mode", "Use https although server_url says http.").default_to(false);
  schema.path("certificate_file", "Client certificate (PEM); empty: none.").default_to("");
  schema.path("certificate_key_file", "Private key of the client certificate (PEM).").default_to("");
  schema
      .path("certificate_authority_bundle_file",
            "Trust anchors for MultiCloud's certificate (PEM). Empty, or the default name missing: the system's.")
      .default_to(default_bundle);
  schema
      .text("server_name_override",
            "Name that MultiCloud's certificate must have, when it is not the one of server_url.")
      .default_to("");
  schema
      .boolean("insecure_skip_verify",
               "Do not verify MultiCloud's certificate. Anybody on the way can then read and lie.")
      .default_to(false);
  schema
      .text("memory_unit",
            "Unit in which memory is asked for: GB, as the interface is documented, or MB for OpenStack plugins of "
            "MultiCloud that compare the number with megabytes.")
      .default_to("GB")
      .one_of({"GB", "MB"});
  schema.text("project", "Tenant (id or name) whose quota v1 looks at; empty: none is named.").default_to("");
  sdk::declare_remote_failure(schema);
}

Options::Options(sdk::Settings const& settings)
    : version(settings.text("server_url_version")),
      project(settings.text("project")),
      memory_in_megabytes(settings.text("memory_unit") == "MB") {
  http_.base_url = settings.text("server_url");
  if (settings.boolean("enable_https_mode")) http_.base_url = secured(std::move(http_.base_url));
  http_.username = settings.text("username");
  http_.password = settings.text("password");
  http_.certificate_file = settings.text("certificate_file");
  http_.certificate_key_file = settings.text("certificate_key_file");
  http_.ca_file = settings.text("certificate_authority_bundle_file");
  http_.server_name_override = settings.text("server_name_override");
  http_.insecure_skip_verify = settings.boolean("insecure_skip_verify");
  http_.read_timeout = settings.seconds("multicloud_rest_timeout");
  http_.attempts = static_cast<int>(settings.integer("multicloud_retries"));
  http_.headers = {{"X-FromAppId", "CONDUCTOR"}, {"Accept", "application/json"}, {"Content-Type", "application/json"}};
}

sdk::Result<void> Options::check() const {
  if (auto const found = present(http_.certificate_file, "certificate_file"); !found) return found.error();
  if (auto const found = present(http_.certificate_key_file, "certificate_key_file"); !found) return found.error();
  if (!is_default_bundle(http_.ca_file))
    if (auto const found = present(http_.ca_file, "certificate_authority_bundle_file"); !found) return found.error();
  if (http_.certificate_file.empty() == http_.certificate_key_file.empty()) return {};
  std::string text = "[multicloud] ";
  text += http_.certificate_file.empty() ? "certificate_key_file is set and certificate_file is not"
                                         : "certificate_file is set and certificate_key_file is not";
  return Error{Errc::invalid, text + "; a client certificate needs both, empty both options for none"};
}

sdk::HttpConfig Options::http(sdk::Log& log) const {
  auto config = http_;
  if (!config.ca_file.empty() && !exists(config.ca_file)) {
    log.warning("[multicloud] certificate_authority_bundle_file: " + config.ca_file +
                " does not exist; MultiCloud's certificate is checked against the system's trust anchors");
    config.ca_file.clear();
  }
  if (config.insecure_skip_verify)
    log.warning(
        "[multicloud] insecure_skip_verify is set: MultiCloud's certificate is not verified; set "
        "certificate_authority_bundle_file or server_name_override instead");
  return config;
}

}  // namespace conductor::plugins::vim_multicloud
