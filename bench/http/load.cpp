#include "bench/http/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <system_error>

namespace conductor::bench {

namespace {

using Clock = std::chrono::steady_clock;

// Progress of one reply; only what a kept connection needs of HTTP.
struct Reply {
  std::string head;
  std::size_t body_left = 0;
  bool in_body = false;
  int status = 0;

  // True when the reply is complete.
  bool take(std::string_view bytes) {
    if (!in_body) {
      head.append(bytes);
      auto const end = head.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      auto const length = head.find("Content-Length: ");
      status = std::atoi(head.c_str() + 9);
      body_left = length < end ? std::strtoul(head.c_str() + length + 16, nullptr, 10) : 0;
      in_body = true;
      body_left -= std::min(body_left, head.size() - end - 4);
    } else {
      body_left -= std::min(body_left, bytes.size());
    }
    return body_left == 0;
  }
  void clear() {
    head.clear();
    in_body = false;
  }
};

struct Connection {
  int descriptor = -1;
  Reply reply;
  Clock::time_point sent;
};

void send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto const sent = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::system_error(errno, std::generic_category(), "send");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Reads what is there; true when a reply is complete.
bool read_some(Connection& connection) {
  static thread_local std::array<char, 65536> buffer;
  auto const count = ::recv(connection.descriptor, buffer.data(), buffer.size(), 0);
  if (count <= 0) throw std::runtime_error("the server closed a connection");
  return connection.reply.take({buffer.data(), static_cast<std::size_t>(count)});
}

}  // namespace

int connect_to(std::uint16_t port) {
  int const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (descriptor < 0 || ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect to port " + std::to_string(port));
  int const on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

std::string request_of(Load const& load) {
  std::string text = load.method + " " + load.target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(load.port) +
                     "\r\nUser-Agent: bench\r\nAccept: application/json\r\n";
  if (!load.authorization.empty()) text += "Authorization: " + load.authorization + "\r\n";
  if (!load.body.empty())
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(load.body.size()) + "\r\n";
  return text + "\r\n" + load.body;
}

int receive_reply(int descriptor) {
  Connection connection{descriptor, {}, {}};
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

double percentile_ms(std::vector<std::uint32_t>& micros, double share) {
  if (micros.empty()) return 0;
  auto const rank = std::min(micros.size() - 1, static_cast<std::size_t>(share * static_cast<double>(micros.size())));
  std::nth_element(micros.begin(), micros.begin() + static_cast<std::ptrdiff_t>(rank), micros.end());
  return micros[rank] / 1000.0;
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
