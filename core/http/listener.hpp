// One listening socket, TCP or Unix, from bind to removal. Internal to the server.
#pragma once
#include "core/http/address.hpp"
#include "core/http/net.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <sys/types.h>

namespace conductor::http {

class Listener {
 public:
  using Acceptor = net::asio::basic_socket_acceptor<net::asio::generic::stream_protocol>;

  explicit Listener(net::asio::io_context& io) : acceptor_(io) {}
  ~Listener() { close(); }

  // Binds and listens. A Unix socket has mode 660 before anybody can connect; one that was left behind is replaced when
  // nobody answers on it. The error (`unavailable`) names address and cause. Blocks on name resolution.
  sdk::Result<void> open(Address address);
  // Stops listening and removes the Unix socket, if the path still leads to ours.
  void close();

  Acceptor& acceptor() { return acceptor_; }
  // With the port in use, once open.
  Address const& address() const { return address_; }

 private:
  sdk::Result<void> open_tcp();
  sdk::Result<void> open_unix();

  Acceptor acceptor_;
  Address address_;
  dev_t device_ = 0;
  ino_t inode_ = 0;  // of the Unix socket; 0: none of ours
};

}  // namespace conductor::http
