// The simulated SDN-C behind the server that all simulators share.
#pragma once
#include "sdnc.hpp"

#include "tests/simulators/peer/server.hpp"

namespace conductor::simulators::sdnc {

// `sdnc` outlives the server.
class Server : public peer::Server {
 public:
  Server(Sdnc& sdnc, peer::ServerConfig const& config)
      : peer::Server([&sdnc](sdk::HttpRequest const& request) { return sdnc.answer(request); }, config) {}
};

}  // namespace conductor::simulators::sdnc
