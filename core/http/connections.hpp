// The connections of one client: opening them (names, proxy, TLS), keeping them for the next request, limiting their
// number. Internal to the client; on its I/O thread.
#pragma once
#include "core/http/net.hpp"
#include "core/http/peer.hpp"
#include "core/http/reach.hpp"
#include "core/http/retry.hpp"

#include <deque>

namespace conductor::http {

// `invalid` with option-like words and the file when a file cannot be used.
sdk::Result<std::shared_ptr<net::asio::ssl::context>> make_client_tls(sdk::HttpConfig const& config, Peer const& peer);

class Connections {
 public:
  Connections(net::asio::any_io_executor executor, Peer const& peer, sdk::HttpConfig const& config,
              std::optional<Proxy> const& proxy, Reach reach, Breaker& breaker);

  void set_tls(std::shared_ptr<net::asio::ssl::context> context) { tls_ = std::move(context); }

  // A connection in use. Closed when it goes, unless keep() said that another request may use it.
  class Lease {
   public:
    explicit Lease(Connections* owner) : owner_(owner) {}
    ~Lease();
    Lease(Lease const&) = delete;
    Lease& operator=(Lease const&) = delete;
    void keep() { kept_ = true; }
    net::Wire& wire() { return *wire_; }
    bool reused() const { return reused_; }

   private:
    friend class Connections;
    Connections* owner_;  // null: counts for nothing and is never kept
    std::shared_ptr<net::Wire> wire_;
    bool reused_ = false, kept_ = false;
  };

  struct Wanted {
    bool fresh = false;      // none that was used before
    bool uncounted = false;  // beside the limit: for endless replies
    std::chrono::seconds max_idle{60};
  };
  // Waits for a free place, then takes a kept connection that is alive, or opens one. `attempt` tells of a failure; the
  // lease is null then.
  net::awaitable<std::unique_ptr<Lease>> acquire(Wanted wanted, Attempt& attempt);

 private:
  struct Idle {
    std::shared_ptr<net::Wire> wire;
    sdk::Time since;
  };
  std::shared_ptr<net::Wire> take_idle(std::chrono::seconds max_idle);
  net::awaitable<void> open(Lease& lease, Attempt& attempt);
  net::awaitable<void> connect(net::Wire& wire, Attempt& attempt);
  net::awaitable<net::tcp::resolver::results_type> resolve(std::string const& host, std::uint16_t port,
                                                           Attempt& attempt);
  net::tcp::resolver::results_type reachable(net::tcp::resolver::results_type const& found, Attempt& attempt) const;
  net::awaitable<void> tunnel(net::Wire& wire, Attempt& attempt);
  net::awaitable<void> secure(net::Wire& wire, Attempt& attempt);

  net::asio::any_io_executor executor_;
  Peer const& peer_;
  sdk::HttpConfig const& config_;
  std::optional<Proxy> const& proxy_;
  Reach const reach_;
  Breaker& breaker_;
  std::shared_ptr<net::asio::ssl::context> tls_;
  net::Event room_;
  std::deque<Idle> idle_;  // the latest used last
  std::size_t in_use_ = 0;
};

}  // namespace conductor::http
