#include "services/api/options.hpp"

#include "services/api/access.hpp"
#include "services/api/remote_options.hpp"
#include "services/api/shell.hpp"

namespace conductor::services::api {

void declare(config::Catalogue& catalogue) {
  sdk::Schema api("api");
  api.text("bind_host", "Address to listen on. --host wins.").default_to("127.0.0.1");
  api.integer("bind_port", "TCP port to listen on; 0: any free one, logged. --port wins.")
      .default_to(8091)
      .at_least(0)
      .at_most(65535);
  api.boolean("allow_insecure_bind", "Listen on an address other than loopback without TLS or without authentication.")
      .default_to(false);
  api.path("certificate_file", "Certificate chain (PEM) of the API; with certificate_key_file it turns TLS on.")
      .default_to("");
  api.path("certificate_key_file", "Private key (PEM) of the API's certificate.").default_to("");
  api.path("client_ca_file", "Trust anchors (PEM) for client certificates, which are then asked for.").default_to("");
  api.integer("default_api_return_limit", "Plans in one answer to GET /v1/plans.")
      .default_to(100)
      .at_least(1)
      .at_most(1000);
  api.integer("max_body_mb", "Largest request body, in MiB.").default_to(8).at_least(1).at_most(1024);
  api.integer("workers", "Requests worked on at once.").default_to(8).at_least(1).at_most(512);
  api.boolean("strict_plan_names", "Accept only letters, digits, hyphen, period, underscore and tilde in plan names.")
      .default_to(false);
  api.text(
         "wire_compat",
         "Form of links and of template errors: as deployed clients (onap) or the documentation (documented) have it.")
      .default_to("onap")
      .one_of({"onap", "documented"});
  api.boolean("pecan_debug", "Debug pages of an earlier release's web layer. Accepted, without effect.")
      .default_to(false);
  declare_remote(api);
  catalogue.add(api);

  sdk::Schema login("conductor_api");
  login.text("server_url", "Base URL of links in answers. Empty: as the client addressed the API.").default_to("");
  login.text("username", "User of basic authentication.").default_to("");
  login.secret("password", "Password of basic authentication.").default_to("");
  login
      .boolean(
          "basic_auth_secure",
          "Require a login. false: everybody who reaches the API is admin; only what operators do asks for a login all "
          "the same.")
      .default_to(true);
  catalogue.add(login);

  declare_shell(catalogue);
  declare_access(catalogue);
}

}  // namespace conductor::services::api
