// A set of addresses: single ones, networks in CIDR form, and the peers of Unix sockets. Pure.
#pragma once
#include "conductor/sdk/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::http {

class Networks {
 public:
  // Items: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32", "unix". `invalid` names the item that is none of these.
  static sdk::Result<Networks> parse(std::vector<std::string> const& items);

  // `address`: numeric, or "unix:" for the peer of a Unix socket. Anything else is in no set.
  bool contains(std::string_view address) const;
  bool empty() const { return ranges_.empty() && !unix_; }

 private:
  using Bytes = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
  struct Range {
    Bytes network{};
    unsigned bits = 0;
  };
  static bool read(std::string_view text, Bytes& bytes, bool& v4);

  std::vector<Range> ranges_;
  bool unix_ = false;
};

}  // namespace conductor::http
