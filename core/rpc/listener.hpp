// Where peers connect: a Unix socket for processes of the same user on this host, TLS for other hosts when configured.
#pragma once
#include "core/rpc/direct_server.hpp"
#include "core/rpc/socket.hpp"

#include <filesystem>
#include <thread>

namespace conductor::rpc {

class Listener {
 public:
  using Sink = std::function<void(DirectServer::Opening)>;  // called on the listener's thread

  // `tls` outlives the listener.
  Listener(Sink sink, PeerTls const* tls, sdk::Log& log);
  ~Listener() { close(); }
  Listener(Listener const&) = delete;
  Listener& operator=(Listener const&) = delete;

  // <state_path>/rpc/<name>.sock, mode 600 in a directory of mode 700; sockets there that dead processes left behind
  // are removed. `denied` or `invalid` (a path longer than the system allows) with the reason.
  sdk::Result<void> open_unix(std::filesystem::path const& state_path, std::string const& name);
  // `address`: a host (or address) of this machine, port 0 for any. Needs `tls`.
  sdk::Result<void> open_tls(PeerAddress const& address);
  // Accepts from now on, when something is open.
  void start();
  // No connections from now on; the socket file is removed.
  void close();

  std::filesystem::path const& socket_file() const { return socket_file_; }
  std::uint16_t tls_port() const { return tls_port_; }  // 0: not open

 private:
  void run();
  void accept_from(Descriptor const& socket, bool is_unix);

  Sink const sink_;
  PeerTls const* const tls_;
  sdk::Log& log_;
  Descriptor unix_, tcp_, wake_;
  std::filesystem::path socket_file_;
  std::uint16_t tls_port_ = 0;
  std::jthread thread_;
};

}  // namespace conductor::rpc
