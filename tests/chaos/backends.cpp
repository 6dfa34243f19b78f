#include "backends.hpp"

#include "tests/e2e/harness.hpp"
#include "tests/support/etcd.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace conductor::chaos {

using namespace std::chrono_literals;

namespace {

class Sqlite final : public Backend {
 public:
  std::string configuration() const override { return "[db_options]\ndb_backend = sqlite\n"; }
};

class Etcd final : public Backend {
 public:
  std::string configuration() const override { return at(cluster_.url(0)); }
  unsigned short port() const override { return cluster_.port(0); }
  std::string configuration_at(unsigned short port) const override {
    return at("http://127.0.0.1:" + std::to_string(port));
  }

 private:
  static std::string at(std::string const& url) {
    return "[db_options]\ndb_backend = etcd\n[etcd_api]\nendpoints = " + url + "\n";
  }
  test::EtcdCluster cluster_;
};

// The simulated service, as a process of its own.
class Music final : public Backend {
 public:
  Music() : service_({(e2e::build_directory() / "bin/music_simulator").string()}, scratch_.path() / "output") {
    if (!service_.wait_for_output("}", 20s))
      throw std::runtime_error("music_simulator did not start: " + service_.output());
    port_ = static_cast<unsigned short>(boost::json::parse(service_.output()).at("port").as_int64());
  }
  std::string configuration() const override { return configuration_at(port_); }
  unsigned short port() const override { return port_; }
  std::string configuration_at(unsigned short port) const override {
    return "[db_options]\ndb_backend = music\n[music_api]\nserver_url = http://127.0.0.1:" + std::to_string(port) +
           "/MUSIC/rest/v2\n";
  }

 private:
  e2e::Scratch scratch_;
  e2e::Process service_;
  unsigned short port_ = 0;
};

std::vector<BackendKind> const& all_kinds() {
  static std::vector<BackendKind> const kinds{{.name = "sqlite", .several_hosts = false, .restart = 2s},
                                              {.name = "etcd", .several_hosts = true, .restart = 2s},
                                              {.name = "music", .several_hosts = true, .restart = 5s}};
  return kinds;
}

}  // namespace

std::vector<BackendKind> backend_kinds() {
  char const* const chosen = std::getenv("CHAOS_STORES");
  if (chosen == nullptr) return all_kinds();
  auto const list = "," + std::string(chosen) + ",";
  std::vector<BackendKind> kinds;
  for (auto const& kind : all_kinds())
    if (list.find("," + kind.name + ",") != list.npos) kinds.push_back(kind);
  if (kinds.empty()) throw std::invalid_argument("CHAOS_STORES is '" + std::string(chosen) + "', which names no store");
  return kinds;
}

std::unique_ptr<Backend> make_backend(std::string const& name) {
  if (name == "sqlite") return std::make_unique<Sqlite>();
  if (name == "music") return std::make_unique<Music>();
  if (name == "etcd" && test::EtcdCluster::installed()) return std::make_unique<Etcd>();
  if (name != "etcd") throw std::invalid_argument("no store '" + name + "'");
  std::cout << test::EtcdCluster::skip_reason() << std::endl;
  return nullptr;
}

}  // namespace conductor::chaos
