// The simulated MUSIC behind the server that all simulators share.
#pragma once
#include "music.hpp"

#include "tests/simulators/peer/server.hpp"

namespace conductor::simulators::music {

// `music` outlives the server. Settings from outside: {"lag_ms", "cassandra", "expire_locks"}.
class Server : public peer::Server {
 public:
  Server(Music& music, peer::ServerConfig const& config)
      : peer::Server([&music](sdk::HttpRequest const& request,
                              std::optional<Fault> const& fault) { return music.answer(request, fault); },
                     configured(music, config)) {}

 private:
  static peer::ServerConfig configured(Music& music, peer::ServerConfig config) {
    config.kinds = fault_kinds();
    config.set = [&music](std::string_view name, json::value const& value) {
      if (name == "lag_ms")
        music.set_lag(std::chrono::milliseconds(value.as_int64()));
      else if (name == "cassandra")
        music.set_cassandra(value.as_bool());
      else if (name == "expire_locks")
        music.expire_locks();
      else
        throw std::invalid_argument(std::string("unknown setting: ").append(name));
    };
    return config;
  }
};

}  // namespace conductor::simulators::music
