// Processes that call each other over real sockets, for tests of what may happen to those.
#pragma once
#include "core/rpc/bus.hpp"
#include "tests/core/http/certificates.hpp"
#include "tests/core/store/test_world.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace conductor::tests::sockets {

using boost::json::object;
using boost::json::value;

// The path of a socket is short; the state directory of the test's host need not be.
class ShortFolder {
 public:
  ShortFolder() { ::mkdtemp(path_); }
  ~ShortFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path path() const { return path_; }

 private:
  char path_[24] = "/tmp/rpc-test-XXXXXX";
};

struct Certified : http::testing::Certificates {
  Certified() {
    issue("server", "DNS:localhost,IP:127.0.0.1");
    issue("client", "DNS:somewhere");
    issue("elsewhere", "DNS:elsewhere.example");
  }
  rpc::PeerTlsFiles files(std::string const& name) const {
    return {.certificate = file(name + ".pem"), .key = file(name + ".key"), .authority = file("ca.pem")};
  }
};

// A process with sockets, and its row among the workers.
struct Site : Process {
  Site(World& in_world, rpc::BusConfig config) : Process(in_world), world(in_world) {
    ::signal(SIGPIPE, SIG_IGN);
    config.notifier = &plans.notifier();
    config.direct.enabled = true;
    config.direct.host = "here";
    config.metrics = &metrics;
    bus = rpc::make_bus(std::move(config), world.store, *lease, world.clock(), world.log());
  }
  // Starts it and writes where it is found, as `change` has it.
  void start(std::function<void(sdk::TextMap& info)> const& change = {}) {
    auto const started = bus->start();
    BOOST_REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().text));
    auto info = bus->announcement();
    info["host"] = "here";
    if (change) change(info);
    world.memory.worker_close(world.call(), lease->id());
    BOOST_REQUIRE(static_cast<bool>(
        world.memory.worker_register(world.call(), {.id = lease->id(), .seq = 0, .ttl_ms = 30'000, .info = info})));
  }
  bool counted(std::string const& way) {
    return metrics.text().find("conductor_rpc_calls_total{topic=\"data\",way=\"" + way + "\"} 1") != std::string::npos;
  }
  World& world;
  metrics::Registry metrics;
  std::unique_ptr<rpc::RunningBus> bus;
};

inline sdk::Result<value> echo(sdk::Call const&, value const& args) { return args; }

inline rpc::BusConfig unix_config(ShortFolder const& folder) {
  rpc::BusConfig config;
  config.direct.state_path = folder.path();
  return config;
}

inline rpc::BusConfig tls_config(rpc::PeerTlsFiles files, std::string listen) {
  rpc::BusConfig config;
  config.direct.tls = std::move(files);
  config.direct.listen = std::move(listen);
  return config;
}

}  // namespace conductor::tests::sockets
