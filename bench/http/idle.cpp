#include "bench/http/client.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <stdexcept>

namespace conductor::bench {

namespace {

// Resident memory in MiB.
double resident_mib(int process) {
  std::ifstream statm("/proc/" + std::to_string(process) + "/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

void allow_descriptors(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) throw std::runtime_error("the limit of open files is too low: raise ulimit -n");
}

}  // namespace

int idle(Idle const& idle) {
  allow_descriptors(idle.connections + 100);
  auto before = run_load(idle.healthy);
  auto const memory_before = resident_mib(idle.server);
  auto const request = request_of(idle.healthy);
  std::vector<int> connections;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < idle.connections; ++i) {
    connections.push_back(connect_to(idle.healthy.port));
    if (::write(connections.back(), request.data(), request.size()) != static_cast<ssize_t>(request.size()))
      throw std::runtime_error("an idle connection could not send");
    if (receive_reply(connections.back()) != 200) ++refused;
  }
  auto const memory = resident_mib(idle.server);
  auto with = run_load(idle.healthy);
  std::cout << "{\"connections\": " << connections.size() << ", \"refused\": " << refused
            << ", \"memory_mib\": " << memory << ", \"memory_before_mib\": " << memory_before
            << ", \"rate_before\": " << static_cast<double>(before.replies) / before.seconds
            << ", \"rate\": " << static_cast<double>(with.replies) / with.seconds
            << ", \"p99_before_ms\": " << percentile_ms(before.micros, 0.99)
            << ", \"p99_ms\": " << percentile_ms(with.micros, 0.99) << "}" << std::endl;
  for (int const descriptor : connections) ::close(descriptor);
  return 0;
}

}  // namespace conductor::bench
