// Sockets are net.hpp's; verification of certificates is OpenSSL's own.
#include "core/http/connections.hpp"

#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace conductor::http {

namespace {

namespace asio = net::asio;
using net::awaitable;
using net::error_code;
using net::tcp;

constexpr std::size_t max_proxy_head = 16U << 10U;

void fail(Attempt& attempt, Failure failure, std::string cause) {
  attempt.failure = failure;
  attempt.cause = std::move(cause);
}

// A kept connection on which nothing has happened: neither an end nor bytes that no request asked for.
bool is_quiet(net::Wire& wire) {
  char byte = 0;
  auto const count = ::recv(wire.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool is_address(std::string const& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// A name look-up that nobody waits for any more ends by itself: getaddrinfo cannot be interrupted.
struct Lookup {
  explicit Lookup(asio::any_io_executor const& executor) : resolver(executor), event(executor) {}
  tcp::resolver resolver;
  net::Event event;
  error_code error;
  tcp::resolver::results_type results;
  bool done = false;
};

std::string verification_problem(::SSL* ssl, std::string const& name, error_code const& error) {
  auto const result = ::SSL_get_verify_result(ssl);
  std::string const reason = result == X509_V_OK ? error.message() : ::X509_verify_cert_error_string(result);
  auto const text = "the certificate of the peer is not accepted: " + reason;
  if (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return text + " (expected " + name +
           "); use the name in the certificate as the URL's host or as server_name_override";
  return text + "; set the authority (CA) file to the certificate that issued it";
}

bool is_refusal_of_ours(error_code const& error) {
  if (error.category() != asio::error::get_ssl_category()) return false;
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return true;
    default:
      return false;
  }
}

}  // namespace

sdk::Result<std::shared_ptr<asio::ssl::context>> make_client_tls(sdk::HttpConfig const& config, Peer const& peer) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  ::SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  auto const problem = [&](std::string const& what, std::string const& file, error_code const& error) {
    return sdk::Error{sdk::Errc::invalid, "client of " + peer.name() + ": cannot use the " + what + " " + file + ": " +
                                              error.message() + "; it must be a readable PEM file"};
  };
  error_code error;
  if (config.ca_file.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(config.ca_file, error);
  if (error) return problem("authority file", config.ca_file.empty() ? "of the system" : config.ca_file, error);
  if (!config.certificate_file.empty() && !config.certificate_key_file.empty()) {
    context->use_certificate_chain_file(config.certificate_file, error);
    if (error) return problem("client certificate", config.certificate_file, error);
    context->use_private_key_file(config.certificate_key_file, asio::ssl::context::pem, error);
    if (error) return problem("client key", config.certificate_key_file, error);
  }
  context->set_verify_mode(config.insecure_skip_verify ? asio::ssl::verify_none : asio::ssl::verify_peer);
  return context;
}

Connections::Connections(asio::any_io_executor executor, Peer const& peer, sdk::HttpConfig const& config,
                         std::optional<Proxy> const& proxy, Reach reach, Breaker& breaker)
    : executor_(std::move(executor)),
      peer_(peer),
      config_(config),
      proxy_(proxy),
      reach_(reach),
      breaker_(breaker),
      room_(executor_) {}

Connections::Lease::~Lease() {
  if (owner_ == nullptr) return;
  --owner_->in_use_;
  if (kept_ && wire_) {
    wire_->rest();
    owner_->idle_.push_back({std::move(wire_), std::chrono::steady_clock::now()});
  }
  owner_->room_.notify();
}

std::shared_ptr<net::Wire> Connections::take_idle(std::chrono::seconds max_idle) {
  while (!idle_.empty()) {
    auto kept = std::move(idle_.back());
    idle_.pop_back();
    if (std::chrono::steady_clock::now() - kept.since <= max_idle && is_quiet(*kept.wire)) return kept.wire;
  }
  return nullptr;
}

awaitable<std::unique_ptr<Connections::Lease>> Connections::acquire(Wanted wanted, Attempt& attempt) {
  auto const limit = std::max<std::size_t>(config_.max_connections, 1);
  while (!wanted.uncounted && in_use_ >= limit) co_await room_.wait();
  auto lease = std::make_unique<Lease>(wanted.uncounted ? nullptr : this);
  if (!wanted.uncounted) ++in_use_;
  if (!wanted.fresh && !wanted.uncounted) {
    lease->wire_ = take_idle(wanted.max_idle);
    lease->reused_ = lease->wire_ != nullptr;
  }
  if (!lease->wire_) {
    // One kept connection too many would exceed the limit.
    if (!idle_.empty() && in_use_ + idle_.size() > limit) idle_.pop_front();
    co_await open(*lease, attempt);
    if (attempt.failure != Failure::none) co_return nullptr;
  }
  co_return lease;
}

awaitable<void> Connections::open(Lease& lease, Attempt& attempt) {
  if (auto const rest = breaker_.resting(std::chrono::steady_clock::now())) {
    auto const seconds = std::chrono::ceil<std::chrono::milliseconds>(*rest).count();
    fail(attempt, Failure::resting,
         "not tried, the circuit is open: " + std::to_string(breaker_.failures()) +
             " connections in a row failed (last: " + breaker_.cause() + "); next try in " + std::to_string(seconds) +
             " ms");
    co_return;
  }
  lease.wire_ = std::make_shared<net::Wire>(tcp::socket(executor_));
  auto& wire = *lease.wire_;
  wire.set_deadline(std::chrono::steady_clock::now() + config_.connect_timeout);
  co_await connect(wire, attempt);
  if (attempt.failure == Failure::none && peer_.secure && proxy_) co_await tunnel(wire, attempt);
  if (attempt.failure == Failure::none && peer_.secure) {
    wire.set_deadline(std::chrono::steady_clock::now() + config_.connect_timeout);
    co_await secure(wire, attempt);
  }
  if (attempt.failure == Failure::connect)
    breaker_.failed(std::chrono::steady_clock::now(), attempt.cause);
  else
    breaker_.succeeded();
}

awaitable<tcp::resolver::results_type> Connections::resolve(std::string const& host, std::uint16_t port,
                                                            Attempt& attempt) {
  error_code error;
  auto const address = asio::ip::make_address(host, error);
  if (!error) co_return tcp::resolver::results_type::create(tcp::endpoint(address, port), host, std::to_string(port));
  auto const until = std::chrono::steady_clock::now() + config_.connect_timeout;
  auto const lookup = std::make_shared<Lookup>(executor_);
  lookup->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                 [lookup](error_code result, tcp::resolver::results_type found) {
                                   lookup->error = result;
                                   lookup->results = std::move(found);
                                   lookup->done = true;
                                   lookup->event.notify();
                                 });
  while (!lookup->done && std::chrono::steady_clock::now() < until) co_await lookup->event.wait_until(until);
  if (!lookup->done)
    fail(attempt, Failure::connect, "the name " + host + " was not resolved in time; check the name service");
  else if (lookup->error)
    fail(attempt, Failure::connect,
         "the name " + host + " cannot be resolved (" + lookup->error.message() +
             "); check the URL and the name service");
  co_return lookup->results;
}

awaitable<void> Connections::connect(net::Wire& wire, Attempt& attempt) {
  auto const& host = proxy_ ? proxy_->host : peer_.host;
  auto const found = co_await resolve(host, proxy_ ? proxy_->port : peer_.port, attempt);
  if (attempt.failure != Failure::none) co_return;
  auto const endpoints = reachable(found, attempt);
  if (attempt.failure != Failure::none) co_return;
  auto const error = co_await wire.connect(endpoints);
  if (!error) co_return;
  auto const through = proxy_ ? "proxy " + proxy_->name() + ": " : std::string();
  if (wire.timed_out())
    fail(attempt, Failure::connect,
         through + "no connection within " + std::to_string(config_.connect_timeout.count()) +
             " ms; check address and network");
  else
    fail(attempt, Failure::connect,
         through + error.message() + "; check that the service runs and that the URL is right");
}

// What was resolved and may be connected to; what is connected to is what was checked here.
tcp::resolver::results_type Connections::reachable(tcp::resolver::results_type const& found, Attempt& attempt) const {
  if (reach_ == Reach::anywhere) return found;
  std::vector<tcp::endpoint> allowed;
  std::string refused;
  for (auto const& entry : found) {
    auto const address = entry.endpoint().address().to_string();
    if (within(reach_, address))
      allowed.push_back(entry.endpoint());
    else
      refused += (refused.empty() ? "" : ", ") + address;
  }
  if (allowed.empty())
    fail(attempt, Failure::denied,
         "the address of " + peer_.host + " (" + refused +
             ") is private, link-local or reserved, where this URL may not lead");
  return tcp::resolver::results_type::create(allowed.begin(), allowed.end(), peer_.host, std::to_string(peer_.port));
}

awaitable<void> Connections::tunnel(net::Wire& wire, Attempt& attempt) {
  std::string request = "CONNECT " + peer_.name() + " HTTP/1.1\r\nHost: " + peer_.name() + "\r\n";
  if (!proxy_->authorization.empty()) request += "Proxy-Authorization: " + proxy_->authorization + "\r\n";
  request += "\r\n";
  auto error = co_await wire.write(request);
  std::string reply;
  std::array<char, 1024> chunk{};
  while (!error && reply.find("\r\n\r\n") == std::string::npos && reply.size() < max_proxy_head) {
    auto const count = co_await wire.read_some(asio::buffer(chunk), error);
    reply.append(chunk.data(), count);
  }
  auto const status = reply.starts_with("HTTP/1.") && reply.size() > 12 ? reply.substr(9, 3) : std::string();
  if (error)
    fail(attempt, Failure::connect, "proxy " + proxy_->name() + " gave no answer (" + error.message() + ")");
  else if (status.empty() || status[0] != '2')
    fail(attempt, Failure::connect,
         "proxy " + proxy_->name() + " refuses the tunnel with status " + (status.empty() ? "none" : status) +
             "; check https_proxy and its user");
}

awaitable<void> Connections::secure(net::Wire& wire, Attempt& attempt) {
  wire.use_tls(tls_);
  auto* const ssl = wire.tls().native_handle();
  auto const& name = config_.server_name_override.empty() ? peer_.host : config_.server_name_override;
  if (is_address(name)) {
    ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(ssl), name.c_str());
  } else {
    ::SSL_set_tlsext_host_name(ssl, name.c_str());
    ::SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    ::SSL_set1_host(ssl, name.c_str());
  }
  auto const error = co_await wire.handshake(asio::ssl::stream_base::client);
  if (!error) co_return;
  bool const unverified = !config_.insecure_skip_verify && ::SSL_get_verify_result(ssl) != X509_V_OK;
  if (wire.timed_out())
    fail(attempt, Failure::connect,
         "no TLS session within " + std::to_string(config_.connect_timeout.count()) +
             " ms; check that the port speaks TLS");
  else if (unverified)
    fail(attempt, Failure::denied, verification_problem(ssl, name, error));
  else if (is_refusal_of_ours(error))
    fail(attempt, Failure::denied,
         "the peer refuses our TLS session (" + error.message() + "); check the client certificate");
  else
    fail(attempt, Failure::connect, "TLS handshake failed (" + error.message() + "); check that the port speaks TLS");
}

}  // namespace conductor::http
