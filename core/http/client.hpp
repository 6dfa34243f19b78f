// The host's HTTP client (sdk/http.hpp): pooled connections over Beast, TLS, retries, circuit breaker per peer.
#pragma once
#include "conductor/sdk/host.hpp"
#include "core/http/reach.hpp"

#include <memory>

namespace conductor::http {

// Owns the I/O thread(s) that all clients share and hands out one client per distinct configuration.
class ClientPool {
 public:
  virtual ~ClientPool() = default;
  // Never fails: an unusable configuration (unreadable file, bad URL) shows as `invalid` on each send, with the reason.
  // Owned by the pool. The same configuration gives the same client. With a `reach` other than `anywhere` a name is
  // resolved once for each connection, which goes to an address that was checked, directly and through no proxy;
  // without any such address sends fail with `denied`.
  virtual sdk::HttpClient& client(sdk::HttpConfig const& config, Reach reach) = 0;
  sdk::HttpClient& client(sdk::HttpConfig const& config) { return client(config, Reach::anywhere); }
};

// Honours http_proxy, https_proxy and no_proxy of the environment (and says so in the log once).
std::unique_ptr<ClientPool> make_client_pool(sdk::Clock& clock, sdk::Log& log);

}  // namespace conductor::http
