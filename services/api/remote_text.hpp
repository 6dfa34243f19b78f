// Hosts that a client's URL may name: for templates and files to fetch and for callbacks (API specification 5.1, 19.5,
// 19.6). Off unless the operator lists hosts. Then https, the listed port, addresses of the public internet, no
// redirects.
#pragma once
#include "core/http/reach.hpp"

#include "conductor/sdk/http.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace conductor::services::api {

struct RemoteRules {
  std::vector<std::string> allowed_hosts{};  // [api] allowed_hosts: `host`, or `host:port` for other than 443 (80)
  bool allow_private_addresses = false;      // [api] allow_private_addresses: their names may resolve to private ones
  bool allow_plain_http = false;             // [api] allow_plain_http

  http::Reach reach() const { return allow_private_addresses ? http::Reach::global_and_private : http::Reach::global; }
};

struct RemoteUrl {
  std::string base;    // scheme, host and port, spelt alike for all URLs of one peer
  std::string target;  // path and query
};

// `invalid` with a sentence for the client: no URL, another scheme, a user or fragment in it, a host that is not
// listed.
sdk::Result<RemoteUrl> check_remote_url(std::string_view url, RemoteRules const& rules);

// The client for one peer, which honours RemoteRules::reach() and follows no redirect.
using RemoteClients = std::function<sdk::HttpClient&(std::string const& base)>;

inline constexpr std::size_t longest_remote_text = 1U << 20U;
inline constexpr std::chrono::seconds remote_time{5};

// The text behind the URL: status 200, at most 1 MiB, UTF-8, within 5 s. `invalid`: a sentence for the client, whatever
// went wrong. Blocks.
sdk::Result<std::string> fetch_text(sdk::Call const& call, sdk::Clock& clock, std::string_view url,
                                    RemoteRules const& rules, RemoteClients const& clients);

}  // namespace conductor::services::api
