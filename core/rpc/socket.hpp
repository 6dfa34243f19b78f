// Channels over sockets: Unix sockets between processes of one user on one host, TLS with certificates on both sides
// between hosts.
#pragma once
#include "core/rpc/channel.hpp"

#include "conductor/sdk/host.hpp"

#include <sys/types.h>

struct ssl_ctx_st;
struct ssl_st;

namespace conductor::rpc {

// A file descriptor that is closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

// PEM files of this process's certificate and key, and of the authority that signed those of all peers.
struct PeerTlsFiles {
  std::string certificate, key, authority;
  bool complete() const { return !certificate.empty() && !key.empty() && !authority.empty(); }
};

// What TLS connections are made with; peers without a certificate of the authority are refused in both directions.
class PeerTls {
 public:
  // `invalid` names the file that cannot be used.
  static sdk::Result<std::unique_ptr<PeerTls>> load(PeerTlsFiles const& files);
  ~PeerTls();
  PeerTls(PeerTls const&) = delete;
  PeerTls& operator=(PeerTls const&) = delete;

  // TLS over a connected socket, after the handshake. The client's side checks that the certificate is for `host`.
  sdk::Result<std::unique_ptr<Channel>> connect(Descriptor socket, std::string const& host,
                                                std::chrono::milliseconds patience) const;
  sdk::Result<std::unique_ptr<Channel>> accept(Descriptor socket, std::chrono::milliseconds patience) const;

 private:
  explicit PeerTls(ssl_ctx_st* context) : context_(context) {}
  sdk::Result<std::unique_ptr<Channel>> shake_hands(Descriptor socket, ssl_st* session, bool client,
                                                    std::chrono::milliseconds patience) const;
  ssl_ctx_st* context_;
};

std::unique_ptr<Channel> make_plain_channel(Descriptor socket);
// `denied` unless the process at the other end of the Unix socket is of this user or root.
sdk::Result<void> check_same_user(Descriptor const& socket);
// Waits until the socket can be read (or written); false at `until` of the machine's clock, which max() never is.
bool wait_for(int socket, short events, std::chrono::steady_clock::time_point until);

// For TCP, both ends: a peer that the network swallows ends the connection within half a minute; the kernel asks, we
// sleep.
void watch_over(int socket);

// `tls`: null when hosts cannot be reached; outlives the dialer.
std::unique_ptr<Dialer> make_socket_dialer(PeerTls const* tls);

}  // namespace conductor::rpc
