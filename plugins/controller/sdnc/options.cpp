#include "options.hpp"

#include "conductor/sdk/checked_peer.hpp"

#include <filesystem>

namespace conductor::plugins::controller_sdnc {

using sdk::Errc;
using sdk::Error;

namespace {

void describe_peer(sdk::Schema& schema) {
  schema
      .url("server_url",
           "Root of SDN-C's RESTCONF: ends in /rests on current releases, in /restconf on those before RFC 8040.")
      .default_to("https://controller:8443/restconf/");
  schema.text("username", "User of Basic authentication; empty: none.").default_to("");
  schema.secret("password", "Password of Basic authentication.").default_to("");
  schema.number("sdnc_rest_timeout", "Seconds that one attempt may take to answer.").default_to(30).at_least(0.001);
  schema.integer("sdnc_retries", "Attempts for one request, the first included.")
      .default_to(3)
      .at_least(1)
      .at_most(100);
  schema.path("certificate_file", "Client certificate (PEM); empty: none.").default_to("");
  schema.path("certificate_key_file", "Private key of the client certificate (PEM).").default_to("");
  schema.path("certificate_authority_bundle_file", "Trust anchors for SDN-C's certificate (PEM); empty: the system's.")
      .default_to("");
  schema.text("server_name_override", "Name that SDN-C's certificate must have, when it is not the one of server_url.")
      .default_to("");
  schema.boolean("insecure_skip_verify", "Do not verify SDN-C's certificate. Anybody on the way can then read and lie.")
      .default_to(false);
}

// The named file exists, or none is named.
sdk::Result<void> present(std::string const& file, std::string const& option) {
  std::error_code ignored;
  if (file.empty() || std::filesystem::exists(file, ignored)) return {};
  return Error{Errc::invalid, "[sdnc] " + option + " names " + file +
                                  ", which does not exist; put the file there or correct the option"};
}

}  // namespace

void Options::describe(sdk::Schema& schema) {
  describe_peer(schema);
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
  http.base_url = url.substr(0, path);
  if (path != url.npos) root = url.substr(path);
  if (settings.is_set("restconf_style"))
    style = settings.text("restconf_style") == "bierman02" ? Style::bierman02 : Style::rfc8040;
  http.username = settings.text("username");
  http.password = settings.text("password");
  http.certificate_file = settings.text("certificate_file");
  http.certificate_key_file = settings.text("certificate_key_file");
  http.ca_file = settings.text("certificate_authority_bundle_file");
  http.server_name_override = settings.text("server_name_override");
  http.insecure_skip_verify = settings.boolean("insecure_skip_verify");
  http.read_timeout = settings.seconds("sdnc_rest_timeout");
  http.attempts = attempts;
  http.headers = {{"X-FromAppId", "CONDUCTOR"}};
}

sdk::Result<void> Options::check(sdk::Log& log) const {
  for (auto const& [file, option] : {std::pair{http.certificate_file, "certificate_file"},
                                     std::pair{http.certificate_key_file, "certificate_key_file"},
                                     std::pair{http.ca_file, "certificate_authority_bundle_file"}})
    if (auto const found = present(file, option); !found) return found.error();
  if (http.certificate_file.empty() != http.certificate_key_file.empty()) {
    std::string text = "[sdnc] ";
    text += http.certificate_file.empty() ? "certificate_key_file is set and certificate_file is not"
                                          : "certificate_file is set and certificate_key_file is not";
    return Error{Errc::invalid, text + "; a client certificate needs both, empty both options for none"};
  }
  if (http.insecure_skip_verify)
    log.warning(
        "[sdnc] insecure_skip_verify is set: SDN-C's certificate is not verified; set "
        "certificate_authority_bundle_file or server_name_override instead");
  return {};
}

}  // namespace conductor::plugins::controller_sdnc
