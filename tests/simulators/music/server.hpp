// The simulator behind plain HTTP on loopback: blocking sockets, one thread per connection.
#pragma once
#include "music.hpp"

#include <memory>
#include <vector>

namespace conductor::simulators::music {

struct ServerConfig {
  std::string address = "127.0.0.1";
  unsigned short port = 0;  // 0: any free one
  // POST and DELETE /-/faults, GET /-/requests, POST /-/settings {"lag_ms", "down", "cassandra", "expire_locks"}
  bool control = false;
};

// Serves `music`, which outlives it, from its construction to its destruction. Failures to listen are thrown as
// std::system_error.
class Server {
 public:
  Server(Music& music, ServerConfig const& config);
  ~Server();
  unsigned short port() const;
  Faults& faults();
  // Down: connections are accepted and closed at once, those that are open are closed.
  void set_down(bool down);
  // Methods and targets of the requests so far, control requests left out; at most the last 10,000.
  std::vector<std::string> requests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace conductor::simulators::music
