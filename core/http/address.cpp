// Reading addresses by hand: the grammar is three lines long.
#include "core/http/address.hpp"

#include <sys/un.h>

#include <charconv>

namespace conductor::http {

namespace {

constexpr std::string_view unix_prefix = "unix:";

sdk::Error bad(std::string_view text, std::string_view why) {
  std::string message = "'";
  message.append(text).append("' is no address to listen on: ").append(why);
  message += "; write host:port, [v6 address]:port or unix:/absolute/path";
  return {sdk::Errc::invalid, std::move(message)};
}

}  // namespace

bool Address::is_local() const { return is_unix() || host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string Address::text() const {
  if (is_unix()) return std::string(unix_prefix) + path;
  std::string name = host;
  if (name.find(':') != std::string::npos) name.insert(0, 1, '[').push_back(']');
  return name.append(1, ':').append(std::to_string(port));
}

sdk::Result<Address> parse_address(std::string_view text) {
  Address address;
  if (text.starts_with(unix_prefix)) {
    address.path = text.substr(unix_prefix.size());
    if (!address.path.starts_with('/')) return bad(text, "the path of the socket must begin with '/'");
    if (address.path.size() >= sizeof(sockaddr_un::sun_path))
      return bad(
          text, "the path of a socket is at most " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes long");
    return address;
  }
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad(text, "there is no port");
  auto host = text.substr(0, colon);
  auto const port = text.substr(colon + 1);
  bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty()) return bad(text, "there is no host");
  if (!bracketed && host.find(':') != std::string_view::npos) return bad(text, "an IPv6 address needs square brackets");
  auto const [end, failed] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (failed != std::errc() || end != port.data() + port.size() || port.empty())
    return bad(text, "the port must be a number from 0 to 65535");
  address.host = host;
  return address;
}

}  // namespace conductor::http
