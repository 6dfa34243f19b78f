// For plugins that ask one service over HTTP (inventory, vim, controller): the options for login, certificates and
// attempts that they all have, by the same names and with the same checks. The URL and the headers stay with each.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

#include <filesystem>
#include <string>

namespace conductor::sdk {

// Who is asked, and what the plugin's options are called.
struct Peer {
  std::string section;  // "aai": of the options, and what {section}_rest_timeout and {section}_retries begin with
  std::string name;     // "A&AI"
  // Names of files that are the options' defaults and may be missing; empty: the option is empty by default.
  std::string default_certificate{}, default_key{}, default_bundle{};
};

// Declares the seconds of one attempt and the number of attempts, whose option it returns.
inline Option& describe_attempts(Schema& schema, Peer const& peer) {
  schema.number(peer.section + "_rest_timeout", "Seconds that one attempt may take to answer.")
      .default_to(30)
      .at_least(0.001);
  return schema.integer(peer.section + "_retries", "Attempts for one request, the first included.")
      .default_to(3)
      .at_least(1);
}

inline void describe_login(Schema& schema) {
  schema.text("username", "User of Basic authentication; empty: none.").default_to("");
  schema.secret("password", "Password of Basic authentication.").default_to("");
}

inline void describe_certificates(Schema& schema, Peer const& peer) {
  auto const& name = peer.name;
  schema
      .path("certificate_file",
            peer.default_certificate.empty()
                ? "Client certificate (PEM); empty: none."
                : "Client certificate (PEM). The default name may be missing; then none is shown to " + name + ".")
      .default_to(peer.default_certificate);
  schema.path("certificate_key_file", "Private key of the client certificate (PEM).").default_to(peer.default_key);
  schema
      .path("certificate_authority_bundle_file",
            "Trust anchors for " + name + "'s certificate (PEM)" +
                (peer.default_bundle.empty() ? "; empty: the system's."
                                             : ". Empty, or the default name missing: the system's."))
      .default_to(peer.default_bundle);
  schema
      .text("server_name_override",
            "Name that " + name + "'s certificate must have, when it is not the one of server_url.")
      .default_to("");
  schema
      .boolean("insecure_skip_verify",
               "Do not verify " + name + "'s certificate. Anybody on the way can then read and lie.")
      .default_to(false);
}

// The values of all options above.
inline HttpConfig peer_config(Settings const& settings, Peer const& peer) {
  HttpConfig http;
  http.username = settings.text("username");
  http.password = settings.text("password");
  http.certificate_file = settings.text("certificate_file");
  http.certificate_key_file = settings.text("certificate_key_file");
  http.ca_file = settings.text("certificate_authority_bundle_file");
  http.server_name_override = settings.text("server_name_override");
  http.insecure_skip_verify = settings.boolean("insecure_skip_verify");
  http.read_timeout = settings.seconds(peer.section + "_rest_timeout");
  http.attempts = static_cast<int>(settings.integer(peer.section + "_retries"));
  return http;
}

// True when the file was named and is not there.
inline bool is_missing(std::string const& file) {
  std::error_code ignored;
  return !file.empty() && !std::filesystem::exists(file, ignored);
}

// A missing file of the default's name was not meant to exist.
inline bool may_be_missing(std::string const& file, std::string const& default_name) {
  return !default_name.empty() && std::filesystem::path(file).filename() == default_name;
}

// Clears the names of missing files that may be missing, each with a warning. Reads the files' presence.
inline void leave_out_missing(HttpConfig& http, Peer const& peer, Log& log) {
  auto const settle = [&](std::string& file, std::string const& option, std::string const& default_name,
                          std::string const& instead) {
    if (!is_missing(file) || !may_be_missing(file, default_name)) return;
    log.warning("[" + peer.section + "] " + option + ": " + file + " does not exist; " + instead);
    file.clear();
  };
  auto const none = "no client certificate is shown to " + peer.name;
  settle(http.certificate_file, "certificate_file", peer.default_certificate, none);
  settle(http.certificate_key_file, "certificate_key_file", peer.default_key, none);
  settle(http.ca_file, "certificate_authority_bundle_file", peer.default_bundle,
         peer.name + "'s certificate is checked against the system's trust anchors");
}

// Reads the files' presence. `invalid`: a configured file that does not exist, or half of a client certificate; the
// text names option and value.
inline Result<void> check_files(HttpConfig const& http, Peer const& peer) {
  auto const section = "[" + peer.section + "] ";
  struct Named {
    std::string const &file, &default_name;
    char const* option;
  };
  for (auto const& [file, default_name, option] :
       {Named{http.certificate_file, peer.default_certificate, "certificate_file"},
        Named{http.certificate_key_file, peer.default_key, "certificate_key_file"},
        Named{http.ca_file, peer.default_bundle, "certificate_authority_bundle_file"}})
    if (is_missing(file) && !may_be_missing(file, default_name))
      return Error{Errc::invalid, section + option + " names " + file +
                                      ", which does not exist; put the file there or correct the option"};
  if (http.certificate_file.empty() == http.certificate_key_file.empty()) return {};
  std::string present = "certificate_file", absent = "certificate_key_file";
  if (http.certificate_file.empty()) std::swap(present, absent);
  auto const* is_given = peer.default_certificate.empty() ? " is set and " : " is there and ";
  return Error{Errc::invalid, section + present + is_given + absent +
                                  " is not; a client certificate needs both, empty both options for none"};
}

inline void warn_if_unverified(HttpConfig const& http, Peer const& peer, Log& log) {
  if (http.insecure_skip_verify)
    log.warning("[" + peer.section + "] insecure_skip_verify is set: " + peer.name +
                "'s certificate is not verified; set certificate_authority_bundle_file or server_name_override "
                "instead");
}

}  // namespace conductor::sdk
