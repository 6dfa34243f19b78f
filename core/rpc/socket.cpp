// Dialling, and channels without TLS.
#include "core/rpc/socket.hpp"

#include "core/work/keepalive.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>

namespace conductor::rpc {

namespace {

using sdk::Errc;
using sdk::Error;
using Clock = std::chrono::steady_clock;

constexpr std::size_t read_bytes = 16U << 10U;

Error failure(std::string const& what) { return {Errc::unavailable, what + ": " + std::strerror(errno)}; }

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(Descriptor socket) : socket_(std::move(socket)) {}

  sdk::Result<void> write(std::string_view bytes, std::chrono::milliseconds patience) override {
    std::lock_guard const lock(writing_);
    auto const until = Clock::now() + patience;
    while (!bytes.empty()) {
      auto const sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (sent < 0 && errno == EINTR) {
        continue;
      } else if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        return failure("cannot write to the peer");
      } else if (!wait_for(socket_.get(), POLLOUT, until)) {
        return Error{Errc::timed_out, "the peer does not read"};
      }
    }
    return {};
  }

  sdk::Result<std::string> read() override {
    std::array<char, read_bytes> buffer;
    while (true) {
      auto const got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
      if (errno == EAGAIN || errno == EWOULDBLOCK)
        wait_for(socket_.get(), POLLIN, Clock::time_point::max());
      else if (errno != EINTR)
        return failure("cannot read from the peer");
    }
  }

  void close() override { ::shutdown(socket_.get(), SHUT_RDWR); }

 private:
  Descriptor socket_;
  std::mutex writing_;
};

// The connect of a non-blocking socket, to its end.
sdk::Result<Descriptor> connect_socket(int family, sockaddr const* address, socklen_t size, std::string const& where,
                                       Clock::time_point until) {
  Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return failure("cannot make a socket");
  if (::connect(socket.get(), address, size) == 0) return socket;
  if (errno != EINPROGRESS) return failure("cannot connect to " + where);
  if (!wait_for(socket.get(), POLLOUT, until)) return Error{Errc::timed_out, "no connection to " + where + " in time"};
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error == 0) return socket;
  errno = error;
  return failure("cannot connect to " + where);
}

sdk::Result<Descriptor> connect_unix(PeerAddress const& address, Clock::time_point until) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.path.size() >= sizeof name.sun_path) return Error{Errc::invalid, address.text() + " is too long a path"};
  address.path.copy(name.sun_path, sizeof name.sun_path - 1);
  auto socket = connect_socket(AF_UNIX, reinterpret_cast<sockaddr const*>(&name), sizeof name, address.text(), until);
  if (!socket) return socket;
  if (auto const same = check_same_user(*socket); !same)
    return Error{same.error().code, address.text() + ": " + same.error().text};
  return socket;
}

sdk::Result<Descriptor> connect_tcp(PeerAddress const& address, Clock::time_point until) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (int const error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
      error != 0)
    return Error{Errc::unavailable, "cannot resolve " + address.text() + ": " + ::gai_strerror(error)};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const all(found, ::freeaddrinfo);
  sdk::Result<Descriptor> socket = Error{Errc::unavailable, address.text() + " has no address"};
  for (auto const* each = found; each != nullptr; each = each->ai_next) {
    socket = connect_socket(each->ai_family, each->ai_addr, each->ai_addrlen, address.text(), until);
    if (!socket) continue;
    watch_over(socket->get());
    break;
  }
  return socket;
}

class SocketDialer final : public Dialer {
 public:
  explicit SocketDialer(PeerTls const* tls) : tls_(tls) {}

  bool can_reach(PeerAddress const& address) const override { return address.is_unix() || tls_ != nullptr; }

  sdk::Result<std::unique_ptr<Channel>> dial(PeerAddress const& address, std::chrono::milliseconds patience) override {
    auto const until = Clock::now() + patience;
    auto socket = address.is_unix() ? connect_unix(address, until) : connect_tcp(address, until);
    if (!socket) return socket.error();
    if (address.is_unix()) return make_plain_channel(std::move(*socket));
    if (tls_ == nullptr) return Error{Errc::denied, address.text() + " needs certificates and there are none"};
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    return tls_->connect(std::move(*socket), address.host, std::max(left, std::chrono::milliseconds(1)));
  }

 private:
  PeerTls const* tls_;
};

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

std::string PeerAddress::text() const {
  if (is_unix()) return "unix:" + path;
  bool const v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

sdk::Result<PeerAddress> read_address(std::string const& text) {
  constexpr std::string_view unix_mark = "unix:";
  if (text.starts_with(unix_mark)) {
    if (text.size() == unix_mark.size()) return Error{Errc::invalid, "'" + text + "' names no path"};
    return PeerAddress{.path = text.substr(unix_mark.size())};
  }
  auto const colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string::npos ? 0 : colon);
  bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  std::uint16_t port = 0;
  auto const* const end = text.data() + text.size();
  auto const* const digits = colon == std::string::npos ? end : text.data() + colon + 1;
  auto const [stopped, failed] = std::from_chars(digits, end, port);
  if (digits == end || failed != std::errc() || stopped != end || host.empty() ||
      (!bracketed && host.find_first_of(":[]") != std::string::npos))
    return Error{Errc::invalid, "'" + text + "' is no address; write host:port, with an IPv6 host in brackets"};
  if (bracketed) host = host.substr(1, host.size() - 2);
  return PeerAddress{.path = {}, .host = std::move(host), .port = port};
}

bool wait_for(int socket, short events, Clock::time_point until) {
  while (true) {
    int timeout = -1;
    if (until != Clock::time_point::max()) {
      auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
    }
    pollfd waiting{.fd = socket, .events = events, .revents = 0};
    int const ready = ::poll(&waiting, 1, timeout);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    if (Clock::now() >= until) return false;
  }
}

void watch_over(int socket) {
  work::keep_alive(socket);
  work::set_socket_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  work::set_socket_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 20'000);  // what was sent and not acknowledged
}

std::unique_ptr<Channel> make_plain_channel(Descriptor socket) {
  return std::make_unique<PlainChannel>(std::move(socket));
}

sdk::Result<void> check_same_user(Descriptor const& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return Error{Errc::denied, std::string("the peer's user cannot be found out: ") + std::strerror(errno)};
  if (peer.uid == ::geteuid() || peer.uid == 0) return {};
  return Error{Errc::denied, "the peer runs as user " + std::to_string(peer.uid) + ", this process as " +
                                 std::to_string(::geteuid()) + "; run all roles of a host as one user"};
}

std::unique_ptr<Dialer> make_socket_dialer(PeerTls const* tls) { return std::make_unique<SocketDialer>(tls); }

}  // namespace conductor::rpc
