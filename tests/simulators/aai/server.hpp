// The simulator behind HTTPS with a mandatory client certificate: blocking, one thread per connection.
#pragma once
#include "faults.hpp"
#include "handler.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace conductor::simulators::aai {

struct ServerConfig {
  std::string address = "127.0.0.1";
  unsigned short port = 0;  // 0: any free one
  // PEM. Without a certificate the server speaks plain HTTP.
  std::filesystem::path certificate, key;
  std::filesystem::path client_authority;  // clients need a certificate of this authority
  bool control = false;                    // POST and DELETE /-/faults, GET /-/requests
};

// Serves from its construction to its destruction. `world` stays as it is meanwhile. Failures to listen or to read
// certificates are thrown as std::exception.
class Server {
 public:
  Server(World world, Rules rules, ServerConfig const& config);
  ~Server();
  unsigned short port() const;
  Faults& faults();
  // Methods and targets of the requests so far, control requests left out; at most the last 10,000.
  std::vector<std::string> requests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace conductor::simulators::aai
