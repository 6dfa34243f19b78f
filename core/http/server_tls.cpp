#include "core/http/server_tls.hpp"

namespace conductor::http {

namespace {

namespace ssl = net::asio::ssl;
using net::error_code;

sdk::Error unusable(std::string const& what, std::string const& file, error_code const& error) {
  return {sdk::Errc::invalid, "cannot use " + what + " " + file + ": " + error.message() +
                                  "; it must be readable PEM, and key and certificate must belong together"};
}

sdk::Result<std::shared_ptr<ssl::context>> make_context(TlsFiles const& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto* const native = context->native_handle();
  ::SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  ::SSL_CTX_set_max_proto_version(native, TLS1_3_VERSION);
  // A handshake costs the server more than the client: one for each connection is enough.
  ::SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  // Kept connections are idle most of the time; their buffers need not stay.
  ::SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return unusable("the certificate", files.certificate, error);
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return unusable("the private key", files.key, error);
  if (files.client_authority.empty()) return context;
  context->load_verify_file(files.client_authority, error);
  if (error) return unusable("the client authority", files.client_authority, error);
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  // Tells clients which of their certificates to send.
  ::SSL_CTX_set_client_CA_list(native, ::SSL_load_client_CA_file(files.client_authority.c_str()));
  // Resumed sessions of clients with certificates need a context of their own.
  constexpr std::string_view id = "conductor";
  ::SSL_CTX_set_session_id_context(native, reinterpret_cast<unsigned char const*>(id.data()),
                                   static_cast<unsigned>(id.size()));
  return context;
}

}  // namespace

ServerTls::Stamps ServerTls::look() const {
  Stamps stamps;
  std::size_t i = 0;
  for (auto const* file : {&files_.certificate, &files_.key, &files_.client_authority}) {
    struct stat found {};
    if (!file->empty() && ::stat(file->c_str(), &found) == 0)
      stamps[i] = {found.st_dev, found.st_ino, found.st_size,
                   found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
    ++i;
  }
  return stamps;
}

sdk::Result<void> ServerTls::load() {
  if (!files_.enabled()) return {};
  auto const stamps = look();  // before reading: a change in between shows at the next look
  auto context = make_context(files_);
  if (!context) return context.error();
  std::lock_guard const lock(mutex_);
  context_ = std::move(*context);
  stamps_ = stamps;
  looked_ = clock_.now();
  return {};
}

std::shared_ptr<ssl::context> ServerTls::current() {
  if (!files_.enabled()) return nullptr;
  {
    std::lock_guard const lock(mutex_);
    if (clock_.now() - looked_ < look_interval) return context_;
    looked_ = clock_.now();
    if (look() == stamps_) return context_;
  }
  if (auto const loaded = load(); loaded)
    log_.info("the certificate has changed and is in use: " + files_.certificate);
  else
    log_.warning("the certificate has changed and cannot be used, the old one stays: " + loaded.error().text);
  std::lock_guard const lock(mutex_);
  return context_;
}

}  // namespace conductor::http
