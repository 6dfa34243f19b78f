// TLS between hosts, on OpenSSL. A session is used by two threads, one that reads and one that writes: each step of
// OpenSSL is under a lock, each wait is not.
#include "core/rpc/socket.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <mutex>

namespace conductor::rpc {

namespace {

using sdk::Errc;
using sdk::Error;
using Clock = std::chrono::steady_clock;
using Session = std::unique_ptr<SSL, decltype(&::SSL_free)>;

constexpr std::size_t read_bytes = 16U << 10U;

std::string last_reason() {
  auto const code = ::ERR_get_error();
  std::array<char, 256> text{};
  ::ERR_error_string_n(code, text.data(), text.size());
  ::ERR_clear_error();
  return code == 0 ? "the connection has ended" : text.data();
}

Error unusable(std::string const& what, std::string const& file) {
  return {Errc::invalid, "cannot use " + what + " " + file + ": " + last_reason() +
                             "; it must be readable PEM, and key and certificate must belong together"};
}

class TlsChannel final : public Channel {
 public:
  TlsChannel(Descriptor socket, Session session) : socket_(std::move(socket)), session_(std::move(session)) {}

  sdk::Result<void> write(std::string_view bytes, std::chrono::milliseconds patience) override {
    std::lock_guard const one_writer(writing_);
    auto const until = Clock::now() + patience;
    while (!bytes.empty()) {
      std::size_t sent = 0;
      short const wanted = step([&] { return ::SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent); });
      if (wanted == done)
        bytes.remove_prefix(sent);
      else if (wanted == failed)
        return Error{Errc::unavailable, "cannot write to the peer over TLS"};
      else if (!wait_for(socket_.get(), wanted, until))
        return Error{Errc::timed_out, "the peer does not read"};
    }
    return {};
  }

  sdk::Result<std::string> read() override {
    std::array<char, read_bytes> buffer;
    while (true) {
      std::size_t got = 0;
      short const wanted = step([&] { return ::SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &got); });
      if (wanted == done) return std::string(buffer.data(), got);
      if (wanted == failed) return std::string();
      wait_for(socket_.get(), wanted, Clock::time_point::max());
    }
  }

  void close() override { ::shutdown(socket_.get(), SHUT_RDWR); }

 private:
  static constexpr short done = 0, failed = -1;

  // done, failed, or what the socket must be waited for.
  template <class Operation>
  short step(Operation const& operation) {
    std::lock_guard const lock(session_lock_);
    ::ERR_clear_error();
    int const result = operation();
    if (result == 1) return done;
    switch (::SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return POLLIN;
      case SSL_ERROR_WANT_WRITE:
        return POLLOUT;
      default:
        ::ERR_clear_error();
        return failed;
    }
  }

  Descriptor socket_;
  std::mutex writing_, session_lock_;
  Session session_;
};

}  // namespace

sdk::Result<std::unique_ptr<PeerTls>> PeerTls::load(PeerTlsFiles const& files) {
  std::unique_ptr<PeerTls> tls(new PeerTls(::SSL_CTX_new(::TLS_method())));
  auto* const context = tls->context_;
  ::ERR_clear_error();
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  // Connections last: nothing is gained by resuming sessions, and without them each peer shows its certificate.
  ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (::SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return unusable("the certificate", files.certificate);
  if (::SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      ::SSL_CTX_check_private_key(context) != 1)
    return unusable("the private key", files.key);
  if (::SSL_CTX_load_verify_locations(context, files.authority.c_str(), nullptr) != 1)
    return unusable("the peers' authority", files.authority);
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return tls;
}

PeerTls::~PeerTls() { ::SSL_CTX_free(context_); }

sdk::Result<std::unique_ptr<Channel>> PeerTls::connect(Descriptor socket, std::string const& host,
                                                       std::chrono::milliseconds patience) const {
  auto* const session = ::SSL_new(context_);
  auto* const checks = ::SSL_get0_param(session);
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  bool const is_address = ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
                          ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
  int const set = is_address ? ::X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str())
                             : ::X509_VERIFY_PARAM_set1_host(checks, host.c_str(), host.size());
  if (set != 1) {
    ::SSL_free(session);
    return Error{Errc::invalid, "'" + host + "' is no name that a certificate can be checked for"};
  }
  if (!is_address) ::SSL_set_tlsext_host_name(session, host.c_str());
  return shake_hands(std::move(socket), session, true, patience);
}

sdk::Result<std::unique_ptr<Channel>> PeerTls::accept(Descriptor socket, std::chrono::milliseconds patience) const {
  return shake_hands(std::move(socket), ::SSL_new(context_), false, patience);
}

sdk::Result<std::unique_ptr<Channel>> PeerTls::shake_hands(Descriptor socket, ssl_st* raw, bool client,
                                                           std::chrono::milliseconds patience) const {
  Session session(raw, ::SSL_free);
  ::SSL_set_fd(raw, socket.get());
  auto const until = Clock::now() + patience;
  while (true) {
    ::ERR_clear_error();
    int const result = client ? ::SSL_connect(raw) : ::SSL_accept(raw);
    if (result == 1) return std::make_unique<TlsChannel>(std::move(socket), std::move(session));
    int const error = ::SSL_get_error(raw, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
      auto const verdict = ::SSL_get_verify_result(raw);
      std::string const why =
          verdict == X509_V_OK ? last_reason() : std::string(::X509_verify_cert_error_string(verdict));
      return Error{Errc::denied, "TLS handshake: " + why};
    }
    if (!wait_for(socket.get(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until))
      return Error{Errc::timed_out, "TLS handshake: the peer did not answer in time"};
  }
}

}  // namespace conductor::rpc
