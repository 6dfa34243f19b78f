#include "bench/http/client.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <stdexcept>

namespace conductor::bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Connection : KeptConnection {
  Clock::time_point sent;
};

}  // namespace

std::string request_of(Load const& load) {
  std::string text = load.method + " " + load.target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(load.port) +
                     "\r\nUser-Agent: bench\r\nAccept: application/json\r\n";
  if (!load.authorization.empty()) text += "Authorization: " + load.authorization + "\r\n";
  if (!load.body.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(load.body.size()) + "\r\n";
  return text + "\r\n" + load.body;
}

int receive_reply(int descriptor) {
  KeptConnection connection{descriptor};
  while (!read_some(connection)) {
  }
  return connection.reply.status;
}

Result run_load(Load const& load) {
  auto const request = request_of(load);
  int const poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections(load.connections);
  for (auto& connection : connections) {
    connection.descriptor = connect_to(load.port);
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, connection.descriptor, &event);
    connection.sent = Clock::now();
    send_all(connection.descriptor, request);
  }
  Result result;
  auto const begin = Clock::now() + load.warm_up, end = begin + load.duration;
  std::array<epoll_event, 256> events{};
  for (auto now = Clock::now(); now < end;) {
    int const count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 1000);
    if (count == 0 && Clock::now() > end + std::chrono::seconds(5)) throw std::runtime_error("the server is silent");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!read_some(connection)) continue;
      now = Clock::now();
      if (connection.sent >= begin) {
        auto const micros = std::chrono::duration_cast<std::chrono::microseconds>(now - connection.sent).count();
        result.micros.push_back(static_cast<std::uint32_t>(micros));
        ++result.replies;
        if (connection.reply.status < 200 || connection.reply.status > 299) ++result.refused;
      }
      connection.reply.clear();
      connection.sent = now;
      send_all(connection.descriptor, request);
    }
    now = Clock::now();
  }
  result.seconds = std::chrono::duration<double>(load.duration).count();
  for (auto const& connection : connections) ::close(connection.descriptor);
  ::close(poll);
  return result;
}

int load(Load const& load) {
  auto result = run_load(load);
  std::cout << "{\"rate\": " << static_cast<double>(result.replies) / result.seconds
            << ", \"p50_ms\": " << percentile_ms(result.micros, 0.5)
            << ", \"p99_ms\": " << percentile_ms(result.micros, 0.99) << ", \"refused\": " << result.refused << "}"
            << std::endl;
  return 0;
}

}  // namespace conductor::bench
