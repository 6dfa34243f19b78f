#include "options.hpp"

#include "conductor/sdk/checked_peer.hpp"
#include "conductor/sdk/peer_options.hpp"

namespace conductor::plugins::vim_multicloud {

namespace {

sdk::Peer peer() {
  return {.section = "multicloud", .name = "MultiCloud", .default_bundle = "certificate_authority_bundle.pem"};
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
  sdk::describe_attempts(schema, peer()).at_most(100);
  sdk::describe_login(schema);
  schema.boolean("enable_https_mode", "Use https although server_url says http.").default_to(false);
  sdk::describe_certificates(schema, peer());
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
      memory_in_megabytes(settings.text("memory_unit") == "MB"),
      http_(sdk::peer_config(settings, peer())) {
  http_.base_url = settings.text("server_url");
  if (settings.boolean("enable_https_mode")) http_.base_url = secured(std::move(http_.base_url));
  http_.headers = {{"X-FromAppId", "CONDUCTOR"}, {"Accept", "application/json"}, {"Content-Type", "application/json"}};
}

sdk::Result<void> Options::check() const { return sdk::check_files(http_, peer()); }

sdk::HttpConfig Options::http(sdk::Log& log) const {
  auto config = http_;
  sdk::leave_out_missing(config, peer(), log);
  sdk::warn_if_unverified(config, peer(), log);
  return config;
}

}  // namespace conductor::plugins::vim_multicloud
