// The thin Asio shell around handlers: sockets, TLS, limits, slow clients, keep-alive, graceful stop. It knows no
// route.
#pragma once
#include "core/http/address.hpp"
#include "core/http/filter.hpp"
#include "core/metrics/metrics.hpp"

#include "conductor/sdk/host.hpp"

#include <memory>

namespace conductor::http {

struct ServerConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8091;  // 0: any free port
  // Where to listen instead of host and port, when there are any. Unix sockets never speak TLS.
  std::vector<Address> listen{};
  std::string certificate_file{}, certificate_key_file{},
      client_ca_file{};                       // PEM; TLS when the first two are set; with the
                                              // third only clients with a certificate of that authority are served
  std::size_t max_body_bytes = 8U << 20U;     // beyond: 413
  std::size_t max_header_bytes = 64U << 10U;  // beyond: 431
  std::chrono::milliseconds header_timeout{
      10'000};                                     // from the first byte of a request to the end of its head; then 408
  std::chrono::milliseconds body_timeout{30'000};  // for the whole body; then 408
  std::chrono::milliseconds idle_timeout{60'000};  // between requests of a kept connection
  std::chrono::milliseconds write_timeout{30'000};
  std::chrono::milliseconds request_timeout{120'000};  // deadline of the Call that a handler gets
  std::size_t max_connections = 16384;                 // beyond: further ones wait in the listening queue
  std::size_t handler_threads = 8;                     // blocking handlers at once; further requests wait
  std::size_t admission_threads = 4;                   // admissions that may block, at once; further ones wait
  std::size_t io_threads = 2;
  std::size_t max_streams = 64;  // streamed replies at once, each with a thread of its own; beyond: 503
  // Makes the error document of the refusals that the shell itself decides (400, 408, 413, 417, 431, 500, 501,
  // 503). Default: make_error (errors.hpp). Called on any thread.
  std::function<Response(int status, std::string const& explanation)> error_response{};
  Filters filters{};
  AtOnce at_once{};  // asked before the handler
  // Gauges conductor_http_connections and conductor_http_streams; null: not kept. Outlives the server.
  metrics::Registry* metrics = nullptr;
};

class Server {
 public:
  virtual ~Server() = default;  // stops at once
  // Binds all addresses and begins to serve; the error names address and cause.
  virtual sdk::Result<void> start() = 0;
  // Where it listens, with the ports in use, once started.
  virtual std::vector<Address> addresses() const = 0;
  // The same for people: "http://127.0.0.1:8091", "unix:/run/conductor/api.sock".
  virtual std::vector<std::string> urls() const = 0;
  // The port of the first address that has one; 0 when there are only Unix sockets.
  virtual std::uint16_t port() const = 0;
  // No new connections or requests; streams are cancelled at once, running requests finish until `deadline`, then their
  // calls are cancelled. Returns when every handler has returned: one that ignores its stop token holds the stop up,
  // and the log says so.
  virtual void stop(sdk::Time deadline) = 0;
  // Loads certificates anew for new connections. On an error the old ones stay in use.
  virtual sdk::Result<void> reload_certificates() = 0;
};

// `admit` runs on an I/O thread and must not block; its `later` may. `handler` runs on pool threads. A Call's
// stop token fires when the client closes the connection, or its sending side of it, or the server stops; its
// request_id is fresh and stands in the reply's X-Conductor-Request-Id. HEAD reaches the handler as HEAD; the body of
// its response is not sent, its length is.
std::unique_ptr<Server> make_server(ServerConfig config, Admit admit, Handler handler, sdk::Clock& clock,
                                    sdk::Log& log);

}  // namespace conductor::http
