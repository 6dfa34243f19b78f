// The simulated MultiCloud behind the server that all simulators share.
#pragma once
#include "multicloud.hpp"

#include "tests/simulators/peer/server.hpp"

namespace conductor::simulators::multicloud {

class Server : public peer::Server {
 public:
  Server(World world, Rules rules, peer::ServerConfig const& config)
      : peer::Server([world = std::move(world), rules = std::move(rules)](
                         sdk::HttpRequest const& request) { return answer(world, rules, request); },
                     config) {}
};

}  // namespace conductor::simulators::multicloud
