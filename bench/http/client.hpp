// Kept connections that are driven by hand over epoll: as little work for each reply as possible, since the generator
// must not be what limits the server.
#pragma once
#include "bench/http/commands.hpp"
#include "bench/http/connect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace conductor::bench {

// The bytes of one request.
std::string request_of(Load const& load);
// Waits for one whole reply with a Content-Length and returns its status.
int receive_reply(int descriptor);

struct Result {
  double seconds = 0;
  std::uint64_t replies = 0, refused = 0;  // refused: not 2xx
  std::vector<std::uint32_t> micros;       // of each reply, unsorted
};

// Throws std::runtime_error when the server closes a connection.
Result run_load(Load const& load);

}  // namespace conductor::bench
