// Whom a client talks to and how a request to it is written: URL, proxy, request head. Pure, for the client and its
// tests.
#pragma once
#include "conductor/sdk/http.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace conductor::http {

struct Peer {
  bool secure = false;
  std::string host{};  // IPv6 literals without brackets
  std::uint16_t port = 0;
  std::string base_path{};  // encoded, without a trailing slash

  // "host:port", with brackets around IPv6 literals: for messages, CONNECT and breakers.
  std::string name() const;
  // The value of Host: without the scheme's default port.
  std::string host_header() const;
};

// `invalid` when the URL is not http or https with a host, or carries a user, a query or a fragment. The text shows no
// user and password.
sdk::Result<Peer> parse_peer(std::string_view base_url);

struct Proxy {
  std::string host{};
  std::uint16_t port = 0;
  std::string authorization{};  // value of Proxy-Authorization; empty without a user
  std::string name() const { return host + ":" + std::to_string(port); }
};

// The environment's proxy settings: http_proxy, https_proxy, no_proxy, the last two in upper case too.
class Proxies {
 public:
  using Environment = std::function<std::string(char const*)>;  // empty when not set
  explicit Proxies(Environment const& environment);

  // Loopback addresses and what no_proxy names (hosts, domains with all below them, "*") are reached directly.
  std::optional<Proxy> for_peer(Peer const& peer) const;
  // For the log, without passwords; empty when there are none.
  std::string description() const;
  // Settings that could not be understood and are ignored; empty when there are none.
  std::string problems() const { return problems_; }

 private:
  std::optional<Proxy> read(Environment const& environment, char const* name, char const* other);

  std::optional<Proxy> http_, https_;
  std::string no_proxy_, problems_;
};

// The process environment.
std::string environment_value(char const* name);

// Path and query as they stand in the request line: the base path, a slash where one is missing, the target as it is.
std::string full_target(Peer const& peer, std::string_view target);

// "GET host:port/path", without the query: what errors and log lines call a request.
std::string describe(Peer const& peer, sdk::HttpRequest const& request);

// Request line and headers with the final empty line. Headers of the request win over those of the configuration, these
// over defaults. `invalid` when method, target or a header could not be sent as they are (line breaks, blanks). `proxy`
// is set only for http through a proxy, which wants the whole URL.
sdk::Result<std::string> request_head(Peer const& peer, sdk::HttpConfig const& config, sdk::HttpRequest const& request,
                                      Proxy const* proxy);

}  // namespace conductor::http
