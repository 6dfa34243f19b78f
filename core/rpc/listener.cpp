#include "core/rpc/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace conductor::rpc {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using sdk::Errc;
using sdk::Error;

constexpr auto handshake_patience = 5s;
constexpr int accept_pause_ms = 200;  // when the system has no more descriptors
constexpr auto youngest_leftover = 1min;

Error failure(std::string const& what, std::string const& remedy) {
  return {Errc::denied, what + ": " + std::strerror(errno) + "; " + remedy};
}

sdk::Result<sockaddr_un> unix_name(fs::path const& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  auto const text = path.string();
  if (text.size() >= sizeof name.sun_path)
    return Error{Errc::invalid, "the path " + text + " is longer than a socket's may be (" +
                                    std::to_string(sizeof name.sun_path - 1) + "); use a shorter [DEFAULT] state_path"};
  text.copy(name.sun_path, sizeof name.sun_path - 1);
  return name;
}

// Whether nobody listens there any more.
bool is_left_behind(fs::path const& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  // Between its making and its listening a socket looks dead, too.
  auto const changed = std::chrono::system_clock::from_time_t(found.st_mtim.tv_sec);
  if (std::chrono::system_clock::now() - changed < youngest_leftover) return false;
  auto const name = unix_name(path);
  Descriptor const probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!name || !probe.is_open()) return false;
  return ::connect(probe.get(), reinterpret_cast<sockaddr const*>(&*name), sizeof *name) != 0 && errno == ECONNREFUSED;
}

void sweep(fs::path const& directory) {
  std::error_code ignored;
  for (auto const& entry : fs::directory_iterator(directory, ignored))
    if (is_left_behind(entry.path())) ::unlink(entry.path().c_str());
}

sdk::Result<Descriptor> bind_tcp(PeerAddress const& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  auto const option = "[messaging_server] listen " + address.text();
  if (int const error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
      error != 0)
    return Error{Errc::invalid, option + ": " + ::gai_strerror(error) + "; name an address of this machine"};
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const all(found, ::freeaddrinfo);
  Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  int const on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket.get(), SOMAXCONN) != 0)
    return failure(option, "set it to an address of this machine and a free port");
  return socket;
}

std::uint16_t port_of(Descriptor const& socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &size);
  return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 const&>(name).sin6_port
                                          : reinterpret_cast<sockaddr_in const&>(name).sin_port);
}

}  // namespace

Listener::Listener(Sink sink, PeerTls const* tls, sdk::Log& log) : sink_(std::move(sink)), tls_(tls), log_(log) {}

sdk::Result<void> Listener::open_unix(fs::path const& state_path, std::string const& name) {
  auto const directory = state_path / "rpc";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return failure("cannot make " + directory.string(), "[DEFAULT] state_path must be writable by this user");
  struct stat found {};
  if (::lstat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != ::geteuid())
    return Error{Errc::denied, directory.string() + " is no directory of this user; remove it"};
  ::chmod(directory.c_str(), 0700);
  sweep(directory);
  auto const path = directory / (name + ".sock");
  auto const address = unix_name(path);
  if (!address) return address.error();
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Until listen() the system refuses connections: nobody gets in with the mode that the umask gave.
  if (::bind(socket.get(), reinterpret_cast<sockaddr const*>(&*address), sizeof *address) != 0)
    return failure("cannot make the socket " + path.string(), "[DEFAULT] state_path must be writable by this user");
  socket_file_ = path;
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(socket.get(), SOMAXCONN) != 0)
    return failure("cannot listen on " + path.string(), "[DEFAULT] state_path must be on a file system with sockets");
  unix_ = std::move(socket);
  return {};
}

sdk::Result<void> Listener::open_tls(PeerAddress const& address) {
  auto socket = bind_tcp(address);
  if (!socket) return socket.error();
  tcp_ = std::move(*socket);
  tls_port_ = port_of(tcp_);
  return {};
}

void Listener::start() {
  if (!unix_.is_open() && !tcp_.is_open()) return;
  wake_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  thread_ = std::jthread([this] {
    work::name_thread("rpc-listen");
    run();
  });
}

void Listener::close() {
  if (thread_.joinable()) {
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
  }
  unix_ = Descriptor();
  tcp_ = Descriptor();
  if (!socket_file_.empty()) ::unlink(socket_file_.c_str());
  socket_file_.clear();
}

void Listener::run() {
  while (true) {
    // poll() leaves out negative descriptors.
    std::array<pollfd, 3> waiting{{{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = unix_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = tcp_.get(), .events = POLLIN, .revents = 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[0].revents != 0) return;
    if (waiting[1].revents != 0) accept_from(unix_, true);
    if (waiting[2].revents != 0) accept_from(tcp_, false);
  }
}

void Listener::accept_from(Descriptor const& socket, bool is_unix) {
  auto accepted = std::make_shared<Descriptor>(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!accepted->is_open()) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
    log_.warning(std::string("a peer cannot be accepted: ") + std::strerror(errno));
    pollfd waiting{.fd = wake_.get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, accept_pause_ms);
    return;
  }
  // It may run when the listener is closed already.
  auto opening = [tls = tls_, accepted, is_unix]() -> sdk::Result<std::unique_ptr<Channel>> {
    if (!is_unix) {
      watch_over(accepted->get());
      return tls->accept(std::move(*accepted), handshake_patience);
    }
    if (auto const same = check_same_user(*accepted); !same) return same.error();
    return make_plain_channel(std::move(*accepted));
  };
  try {
    sink_(std::move(opening));
  } catch (std::system_error const& error) {
    // No thread can be had for it. It goes by the store, and the next one may fare better.
    log_.warning(std::string("a peer cannot be served: ") + error.what());
  }
}

}  // namespace conductor::rpc
