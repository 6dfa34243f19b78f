// An open connection between two processes as a stream of bytes; what the bytes mean is frame.hpp's.
#pragma once
#include "conductor/sdk/result.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace conductor::rpc {

class Channel {
 public:
  virtual ~Channel() = default;
  // All bytes, in one piece as seen from other writers; blocks while the peer does not read, but not longer than
  // `patience`. Any thread. After an error the channel is of no use.
  virtual sdk::Result<void> write(std::string_view bytes, std::chrono::milliseconds patience) = 0;
  // Blocks until there are bytes; none: the peer or close() has ended the connection. One thread at a time.
  virtual sdk::Result<std::string> read() = 0;
  // Ends reads and writes under way and to come. Any thread.
  virtual void close() = 0;
};

// Where a process can be reached, as it stands in its worker row.
struct PeerAddress {
  std::string path{};  // of a Unix socket; empty: TLS at host and port
  std::string host{};
  std::uint16_t port = 0;
  bool is_unix() const { return !path.empty(); }
  std::string text() const;  // unix:/path or host:port
};

// From "unix:/path", "host:port" or "[v6]:port"; `invalid` says what is wrong.
sdk::Result<PeerAddress> read_address(std::string const& text);

// Opens connections to peers: a socket, or what a test puts in its place. Thread-safe.
class Dialer {
 public:
  virtual ~Dialer() = default;
  // Whether an address of this kind can be dialled at all: TLS needs certificates.
  virtual bool can_reach(PeerAddress const& address) const = 0;
  // Connected, and the peer is who it should be: for a Unix socket a process of the same user (or root), for TLS one
  // with a certificate of our authority for the name dialled. Blocks up to `patience`.
  virtual sdk::Result<std::unique_ptr<Channel>> dial(PeerAddress const& address,
                                                     std::chrono::milliseconds patience) = 0;
};

}  // namespace conductor::rpc
