#include "bench/http/connect.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace conductor::bench {

bool Reply::take(std::string_view bytes) {
  text.append(bytes);
  if (size_ == 0) {
    auto const end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    auto const length = text.find("Content-Length: ");
    status = std::atoi(text.c_str() + 9);
    size_ = end + 4 + (length < end ? std::strtoul(text.c_str() + length + 16, nullptr, 10) : 0);
  }
  return text.size() >= size_;
}

void Reply::clear() {
  text.clear();
  size_ = 0;
}

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

void send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto const sent = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::system_error(errno, std::generic_category(), "send");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool read_some(KeptConnection& connection) {
  static thread_local std::array<char, 65536> buffer;
  auto const count = ::recv(connection.descriptor, buffer.data(), buffer.size(), 0);
  if (count <= 0) throw std::runtime_error("the server closed a connection");
  return connection.reply.take({buffer.data(), static_cast<std::size_t>(count)});
}

double percentile_ms(std::vector<std::uint32_t>& micros, double share) {
  if (micros.empty()) return 0;
  auto const rank = std::min(micros.size() - 1, static_cast<std::size_t>(share * static_cast<double>(micros.size())));
  std::nth_element(micros.begin(), micros.begin() + static_cast<std::ptrdiff_t>(rank), micros.end());
  return micros[rank] / 1000.0;
}

}  // namespace conductor::bench
