// The simulated A&AI behind the server that all simulators share.
#pragma once
#include "handler.hpp"

#include "tests/simulators/peer/server.hpp"

namespace conductor::simulators::aai {

using peer::ServerConfig;

// `world` stays as it is while the server lives.
class Server : public peer::Server {
 public:
  Server(World world, Rules rules, ServerConfig const& config)
      : peer::Server([world = std::move(world), rules = std::move(rules)](
                         sdk::HttpRequest const& request) { return answer(world, rules, request); },
                     config) {}
};

}  // namespace conductor::simulators::aai
