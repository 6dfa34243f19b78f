// Plain blocking sockets for tests that must send or answer what no HTTP library would.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace conductor::http::testing {

class RawSocket {
 public:
  explicit RawSocket(int descriptor = -1) : descriptor_(descriptor) {}
  RawSocket(RawSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  // Without a connection when the port refuses: send() is false then.
  static RawSocket connect(std::uint16_t port) {
    int const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    RawSocket socket(descriptor);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) socket.close();
    return socket;
  }

  bool send(std::string_view text) {
    while (!text.empty()) {
      auto const sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // What has come when `enough` says so, the peer has closed, or the time is up.
  std::string receive(std::function<bool(std::string const&)> const& enough,
                      std::chrono::milliseconds patience = std::chrono::milliseconds(3000)) {
    auto const until = std::chrono::steady_clock::now() + patience;
    while (!enough(received_)) {
      auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd item{descriptor_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&item, 1, static_cast<int>(left.count())) <= 0) break;
      char buffer[16384];
      auto const count = ::recv(descriptor_, buffer, sizeof buffer, 0);
      if (count <= 0) {
        closed_ = true;
        break;
      }
      received_.append(buffer, static_cast<std::size_t>(count));
    }
    return std::exchange(received_, {});
  }
  std::string receive_until(std::string_view text) {
    return receive([&](std::string const& got) { return got.find(text) != std::string::npos; });
  }
  // One reply with a Content-Length; what follows stays for the next call.
  std::string receive_reply() {
    std::size_t total = 0;
    auto got = receive([&](std::string const& text) {
      auto const end = text.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      auto const length = text.find("Content-Length: ");
      total = end + 4 + (length < end ? std::stoul(text.substr(length + 16)) : 0);
      return text.size() >= total;
    });
    if (total != 0 && got.size() > total) {
      received_ = got.substr(total);
      got.resize(total);
    }
    return got;
  }
  std::string receive_all() {
    return receive([](std::string const&) { return false; });
  }
  // Whether the peer had closed at the last receive.
  bool closed() const { return closed_; }
  void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  // Closing sends a reset.
  void reset_on_close() {
    linger const now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  int descriptor_;
  std::string received_;
  bool closed_ = false;
};

// Listens on a free port and hands each connection, one after the other, to `serve` with its number from 0.
class RawServer {
 public:
  explicit RawServer(std::function<void(RawSocket&, int)> serve) : serve_(std::move(serve)) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(descriptor_, 16);
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int number = 0;; ++number) {
        int const peer = ::accept(descriptor_, nullptr, nullptr);
        if (peer < 0) return;
        RawSocket socket(peer);
        serve_(socket, number);
      }
    });
  }
  ~RawServer() {
    ::shutdown(descriptor_, SHUT_RDWR);
    thread_.join();
    ::close(descriptor_);
  }
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::function<void(RawSocket&, int)> serve_;
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// A port on which nobody listens.
inline std::uint16_t unused_port() {
  RawServer const server([](RawSocket&, int) {});
  return server.port();
}

}  // namespace conductor::http::testing
