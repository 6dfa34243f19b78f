#include "core/rpc/direct.hpp"

namespace conductor::rpc {

using sdk::Errc;
using sdk::Error;

namespace {

// Worker ids are unique, but may be longer than the name of a socket may be: their last two parts, process id and
// nonce, will do.
std::string socket_name(std::string const& worker) {
  auto const nonce = worker.rfind('-');
  if (nonce == std::string::npos || nonce == 0) return worker;
  auto const process = worker.rfind('-', nonce - 1);
  return process == std::string::npos ? worker : worker.substr(process + 1);
}

bool is_any(std::string const& host) { return host == "0.0.0.0" || host == "::"; }

}  // namespace

Direct::Direct(DirectConfig config, std::unique_ptr<Dialer> dialer, sdk::Store& store, work::Lease& lease,
               sdk::Clock& clock, sdk::Log& log)
    : config_(std::move(config)), dialer_(std::move(dialer)), store_(store), lease_(lease), clock_(clock), log_(log) {}

sdk::Result<void> Direct::prepare() {
  if (!config_.enabled) return {};
  if (config_.tls.complete()) {
    auto tls = PeerTls::load(config_.tls);
    if (!tls) return Error{tls.error().code, "[messaging_server]: " + tls.error().text};
    tls_ = std::move(*tls);
  }
  if (!dialer_) dialer_ = make_socket_dialer(tls_.get());
  caller_ =
      std::make_unique<DirectCaller>(DirectCaller::Options{.worker = lease_.id(), .host = config_.host, .patience = {}},
                                     store_, std::move(dialer_), clock_, log_);
  return {};
}

sdk::Result<void> Direct::open(DirectServer& server) {
  if (!config_.enabled) return {};
  listener_ = std::make_unique<Listener>(
      [&server](DirectServer::Opening opening) { server.connect(std::move(opening)); }, tls_.get(), log_);
  if (!config_.state_path.empty())
    if (auto opened = listener_->open_unix(config_.state_path, socket_name(lease_.id())); !opened)
      log_.warning(opened.error().text + "; until then calls from this host go by the store");
  if (!config_.listen.empty()) {
    if (tls_ == nullptr)
      return Error{Errc::invalid,
                   "[messaging_server] listen needs certificate_file, certificate_key_file and peer_ca_file"};
    auto const address = read_address(config_.listen);
    if (!address) return Error{Errc::invalid, "[messaging_server] listen: " + address.error().text};
    if (auto opened = listener_->open_tls(*address); !opened) return opened;
    log_.info("other hosts' processes can call at " + tls_address());
  }
  listener_->start();
  return {};
}

void Direct::close() { listener_.reset(); }

std::string Direct::tls_address() const {
  if (!config_.advertise.empty()) return config_.advertise;
  auto address = read_address(config_.listen);
  if (!address) return {};
  address->port = listener_->tls_port();
  if (is_any(address->host)) address->host = config_.host;
  return address->text();
}

sdk::TextMap Direct::announcement() const {
  if (!listener_) return {};
  sdk::TextMap info{{peer_info::version, std::to_string(protocol_version)}};
  if (!listener_->socket_file().empty()) info[peer_info::unix_socket] = "unix:" + listener_->socket_file().string();
  if (listener_->tls_port() != 0) info[peer_info::tls] = tls_address();
  return info.size() > 1 ? info : sdk::TextMap{};
}

}  // namespace conductor::rpc
