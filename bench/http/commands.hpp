// The parts of bench_http. Each prints one JSON line and returns the exit status.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace conductor::bench {

// A bare Beast server on one thread that answers every request with a fixed body, until it is killed: what HTTP costs
// without doing anything. Prints its port.
int echo(std::size_t body_bytes);

struct Load {
  std::uint16_t port = 0;
  std::string method = "GET", target = "/", authorization, body;
  std::size_t connections = 16;
  std::chrono::milliseconds warm_up{500}, duration{5000};
};

// One request under way on each of the kept connections: rate, latencies, and what was not 2xx.
int load(Load const& load);

struct Idle {
  Load healthy;  // what healthy clients do meanwhile
  std::size_t connections = 10'000;
  int server = 0;  // process whose memory is measured
};

// Opens idle connections that have each been answered once, and measures the server's memory and the healthy clients.
int idle(Idle const& idle);

}  // namespace conductor::bench
