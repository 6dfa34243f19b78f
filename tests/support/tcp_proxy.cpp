#include "tests/support/tcp_proxy.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace conductor::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_un local(std::filesystem::path const& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

template <class Address>
int listen_at(Address const& address) {
  int const socket = ::socket(reinterpret_cast<sockaddr const&>(address).sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 || ::listen(socket, 64) != 0)
    throw std::runtime_error("the proxy cannot listen");
  return socket;
}

template <class Address>
int connect_to(Address const& address) {
  int const socket = ::socket(reinterpret_cast<sockaddr const&>(address).sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) return socket;
  ::close(socket);
  return -1;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t target_port) : TcpProxy(listen_at(loopback(0)), target_port) {}

TcpProxy::TcpProxy(int listener, std::uint16_t target_port)
    : FaultyProxy(listener, [target_port] { return connect_to(loopback(target_port)); }), port_(port_of(listener)) {}

UnixProxy::UnixProxy(std::filesystem::path const& here, std::filesystem::path const& target)
    : FaultyProxy(listen_at(local(here)), [target] { return connect_to(local(target)); }) {}

FaultyProxy::FaultyProxy(int listener, std::function<int()> connect)
    : listener_(listener), connect_(std::move(connect)) {
  if (::pipe2(bell_, O_CLOEXEC) != 0) throw std::runtime_error("the proxy cannot make a pipe");
  thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
}

FaultyProxy::~FaultyProxy() {
  thread_.request_stop();
  wake();
  thread_.join();
  for (auto& link : links_) close(link);
  for (int const descriptor : {listener_, bell_[0], bell_[1]}) ::close(descriptor);
}

void FaultyProxy::wake() const {
  char const byte = 0;
  [[maybe_unused]] auto const written = ::write(bell_[1], &byte, 1);
}

void FaultyProxy::set(Fault fault) {
  {
    std::lock_guard const lock(mutex_);
    fault_ = fault;
    cut_ = cut_ || fault == Fault::refuse;
  }
  wake();
}

void FaultyProxy::cut() {
  {
    std::lock_guard const lock(mutex_);
    cut_ = true;
  }
  wake();
}

std::uint64_t FaultyProxy::requested() const {
  std::lock_guard const lock(mutex_);
  return requested_;
}

void FaultyProxy::close(Link& link) {
  ::close(link.client);
  ::close(link.server);
}

void FaultyProxy::admit() {
  int const client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  bool refused = false;
  {
    std::lock_guard const lock(mutex_);
    refused = fault_ == Fault::refuse;
  }
  if (int const server = refused ? -1 : connect_(); server >= 0)
    links_.push_back({client, server, false});
  else
    ::close(client);
}

// False: this side has ended.
bool FaultyProxy::forward(int from, int to, bool request) {
  std::array<char, 65536> buffer{};
  auto const count = ::recv(from, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  auto fault = Fault::none;
  {
    std::lock_guard const lock(mutex_);
    fault = fault_;
    if (request) requested_ += static_cast<std::uint64_t>(count);
  }
  if (fault == Fault::black_hole || fault == (request ? Fault::drop_requests : Fault::drop_replies)) return true;
  if (fault == Fault::reset && request) {
    linger const at_once{1, 0};  // closing sends RST
    ::setsockopt(from, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
  }
  if (fault == Fault::delay) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  bool const half = fault == Fault::half_reply && !request;
  auto const length = half ? count / 2 : count;
  for (ssize_t sent = 0; sent < length;) {
    auto const part = ::send(to, buffer.data() + sent, static_cast<std::size_t>(length - sent), MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += part;
  }
  return !half;
}

void FaultyProxy::run(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    std::vector<pollfd> polled{{listener_, POLLIN, 0}, {bell_[0], POLLIN, 0}};
    for (auto const& link : links_) {
      polled.push_back({link.client, POLLIN, 0});
      polled.push_back({link.server, POLLIN, 0});
    }
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) {
      std::array<char, 64> bytes{};
      [[maybe_unused]] auto const read = ::read(bell_[0], bytes.data(), bytes.size());
    }
    std::size_t at = 2;
    for (auto& link : links_) {
      if (polled[at].revents != 0) link.dead = !forward(link.client, link.server, true);
      if (polled[at + 1].revents != 0 && !link.dead) link.dead = !forward(link.server, link.client, false);
      at += 2;
    }
    bool cut = false;
    {
      std::lock_guard const lock(mutex_);
      cut = std::exchange(cut_, false);
    }
    std::erase_if(links_, [&](Link& link) {
      if (!link.dead && !cut) return false;
      close(link);
      return true;
    });
    if (polled[0].revents != 0) admit();
  }
}

}  // namespace conductor::test
