// From [messaging_server] to BusConfig.
#include "core/rpc/bus.hpp"

namespace conductor::rpc {

namespace {

constexpr char section[] = "messaging_server";

}  // namespace

BusConfig bus_config(config::Config const& config) {
  auto const& settings = config.section(section);
  BusConfig bus{.check_interval = settings.seconds("check_interval"),
                .response_timeout = settings.seconds("response_timeout"),
                .workers = static_cast<std::size_t>(settings.integer("workers")),
                .max_waiting = static_cast<std::size_t>(settings.integer("max_waiting")),
                .polling_interval = settings.seconds("polling_interval"),
                .log_messages = settings.boolean("debug")};
  bus.direct.enabled = settings.boolean("direct");
  bus.direct.listen = settings.text("listen");
  bus.direct.advertise = settings.text("advertise");
  bus.direct.tls = {.certificate = settings.text("certificate_file"),
                    .key = settings.text("certificate_key_file"),
                    .authority = settings.text("peer_ca_file")};
  return bus;
}

void check_options(config::Config const& config, std::vector<config::Problem>& errors) {
  auto const& settings = config.section(section);
  for (auto const* name : {"listen", "advertise"}) {
    auto const text = settings.text(name);
    if (text.empty()) continue;
    auto const address = read_address(text);
    if (!address || address->is_unix())
      errors.push_back(config.problem(
          section, name, address ? "'" + text + "' is a Unix socket; write host:port" : address.error().text));
  }
  auto const has = [&](char const* name) { return !settings.text(name).empty(); };
  bool const all = has("certificate_file") && has("certificate_key_file") && has("peer_ca_file");
  bool const some = has("certificate_file") || has("certificate_key_file") || has("peer_ca_file");
  if (some && !all)
    errors.push_back(config.problem(
        section, "certificate_file",
        "certificate_file, certificate_key_file and peer_ca_file belong together; set all of them or none"));
  if (has("listen") && !some)
    errors.push_back(config.problem(section, "listen",
                                    "needs certificate_file, certificate_key_file and peer_ca_file: between hosts both "
                                    "sides show a certificate"));
}

}  // namespace conductor::rpc
