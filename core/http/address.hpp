// Addresses to listen on as configuration and command line write them. Pure.
#pragma once
#include "conductor/sdk/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace conductor::http {

struct Address {
  std::string host{};      // name or numeric address; empty for a Unix socket
  std::uint16_t port = 0;  // 0: any free one
  std::string path{};      // of a Unix socket, absolute; else empty

  bool is_unix() const { return !path.empty(); }
  // Numeric loopback addresses, `localhost`, and Unix sockets: nobody on another machine can reach them.
  bool is_local() const;
  // "127.0.0.1:8091", "[::1]:8091", "unix:/run/conductor/api.sock".
  std::string text() const;
};

// `host:port`, `[v6 address]:port` or `unix:/absolute/path`; `invalid` says what is expected instead.
sdk::Result<Address> parse_address(std::string_view text);

}  // namespace conductor::http
