// One function per section; the sentences are those of the sample configuration.
#include "core/config/options.hpp"

#include <cstdlib>

namespace conductor::config {
namespace {

using sdk::Schema;

Schema product() {
  Schema s("DEFAULT");
  s.text("keyspace",
         "Name space of plans in the store. After a reload, workers finish their current plan and reopen the store.")
      .default_to("conductor")
      .reloadable();
  s.number(
       "delay_time",
       "Longest pause, in seconds, between two looks for work of solver and reservation on a store that cannot notify. "
       "Fractions are allowed.")
      .default_to(2)
      .at_least(0.1)
      .reloadable();
  s.boolean("HPA_enabled", "Read flavors from inventory and set vim-id. When false, HPA constraints remove all clouds.")
      .default_to(true)
      .reloadable();
  s.text("api_paste_config", "Pipeline description of an earlier release's web layer. Accepted, without effect.")
      .default_to("api_paste.ini")
      .reloadable();
  s.path(
       "state_path",
       "Directory of state files with relative names (databases, ledgers, lock files). It must exist and be writable. "
       "Empty: the directory in the environment variable STATE_DIRECTORY, else /var/lib/conductor.")
      .default_to("");
  s.integer("lease_ttl",
            "Seconds after which a silent worker may be taken for dead. A worker renews its lease every third of it.")
      .default_to(30)
      .at_least(3);
  return s;
}

Schema store() {
  Schema s("db_options");
  s.text("db_backend", "The store plugin that keeps the plans, by name.").default_to("sqlite").required();
  s.boolean("music_mock", "Use the in-memory store instead, for tests. Nothing survives the end of the process.")
      .default_to(false)
      .formerly("music_api/mock");
  s.boolean("watch",
            "Let the store tell of changes. When false, all roles look for work themselves, with pauses of up to "
            "delay_time: for a store whose notification fails.")
      .default_to(true);
  return s;
}

Schema plugins() {
  Schema s("plugins");
  s.list("path",
         "Directories searched for plugins as {path}/{kind}/{name}.so, in this order. Empty: lib/conductor/plugins "
         "beside "
         "the program's own directory.")
      .default_to("");
  return s;
}

Schema extensions(char const* section, char const* help, char const* names) {
  Schema s(section);
  s.list("extensions", help).default_to(names);
  return s;
}

Schema messaging() {
  Schema s("messaging_server");
  s.text("keyspace", "Name space of messages between services in the store.").default_to("conductor_rpc");
  s.integer("check_interval", "Seconds between two looks for an answer, on a store that cannot notify.")
      .default_to(1)
      .at_least(1);
  s.integer("response_timeout",
            "Seconds a caller waits for an answer; also the age at which a message in work is queued again.")
      .default_to(120)
      .at_least(1);
  s.integer("timeout", "Longest time, in seconds, that a living worker may keep one translation.")
      .default_to(300)
      .at_least(1);
  s.integer("workers", "Messages of one topic that a process works on at once, unless its role says otherwise.")
      .default_to(1)
      .at_least(1);
  s.integer("max_waiting",
            "Messages that may wait for one topic; a call that finds more fails at once, and is tried again later.")
      .default_to(1000)
      .at_least(1);
  s.integer("polling_interval", "Seconds between two looks for requests, on a store that cannot notify.")
      .default_to(1)
      .at_least(1);
  s.boolean(
       "direct",
       "Call other roles directly where they can be reached, on this host by sockets in state_path/rpc; when false, "
       "or when none answers, calls go by the store.")
      .default_to(true);
  s.text("listen",
         "host:port where processes of other hosts may call this one, over TLS with certificates on both sides. Each "
         "process needs a port of its own; port 0 takes a free one. Empty: not opened.")
      .default_to("");
  s.text(
       "advertise",
       "host:port by which other hosts reach the listener, when it is not what `listen` says. The certificate must be "
       "for this host.")
      .default_to("");
  s.path("certificate_file", "Certificate chain (PEM) of this process, as server and as client of its peers.")
      .default_to("");
  s.path("certificate_key_file", "Private key (PEM) of the certificate.").default_to("");
  s.path("peer_ca_file",
         "The authority (PEM) that has signed the certificates of all peers. Whoever has a certificate of it may call: "
         "use an authority for nothing but this.")
      .default_to("");
  s.boolean("debug", "Log every message; has an effect only together with [DEFAULT] debug. Very large output.")
      .default_to(false);
  return s;
}

Schema management() {
  Schema s("prometheus");
  s.boolean("enabled", "Open the management listener: /metrics, /healthz and /readyz.").default_to(false);
  s.list(
       "metrics_port",
       "Ports of the management listener: data, solver, controller, reservation and api take the first to fifth entry; "
       "all roles in one process take the first. 0: any free port, which is logged.")
      .default_to("8000,8001,8002,8003,8004");
  s.text("bind_host", "Address of the management listener.").default_to("127.0.0.1");
  return s;
}

}  // namespace

void declare_core(Catalogue& catalogue) {
  catalogue.add(product());
  catalogue.add(store());
  catalogue.add(plugins());
  catalogue.add(extensions("inventory_provider", "Inventory provider plugins, by name.", "aai"));
  catalogue.add(extensions("service_controller", "Service controller plugins, by name.", ""));
  catalogue.add(extensions("vim_controller", "VIM controller plugins, by name.", "multicloud"));
  catalogue.add(messaging());
  catalogue.add(management());
}

std::filesystem::path state_path(Config const& config) {
  if (auto const configured = config.section("DEFAULT").text("state_path"); !configured.empty()) return configured;
  char const* given = std::getenv("STATE_DIRECTORY");
  if (!given || !*given) return "/var/lib/conductor";
  std::string const list(given);
  return list.substr(0, list.find(':'));
}

}  // namespace conductor::config
