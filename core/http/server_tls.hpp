// The TLS side of a server: one context for all connections, made anew when the files of certificate, key or client
// authority change. Internal to the server; thread-safe.
#pragma once
#include "core/http/net.hpp"

#include "conductor/sdk/host.hpp"
#include "conductor/sdk/result.hpp"

#include <sys/stat.h>

#include <mutex>

namespace conductor::http {

struct TlsFiles {
  std::string certificate, key;  // PEM; both empty: no TLS
  std::string client_authority;  // PEM; empty: clients need no certificate
  bool enabled() const { return !certificate.empty() && !key.empty(); }
};

class ServerTls {
 public:
  static constexpr std::chrono::minutes look_interval{1};

  ServerTls(TlsFiles files, sdk::Clock& clock, sdk::Log& log) : files_(std::move(files)), clock_(clock), log_(log) {}

  bool enabled() const { return files_.enabled(); }
  // Reads the files; on an error the context in use stays.
  sdk::Result<void> load();
  // For a new connection; null without TLS. Looks at the files when the last look is older than look_interval, so an
  // idle server looks at nothing. A renewal that cannot be used is logged at each look, and the old one stays in use.
  std::shared_ptr<net::asio::ssl::context> current();

 private:
  // What tells that a file is another one.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t changed_ns = 0;
    bool operator==(Stamp const&) const = default;
  };
  using Stamps = std::array<Stamp, 3>;
  Stamps look() const;

  TlsFiles const files_;
  sdk::Clock& clock_;
  sdk::Log& log_;
  std::mutex mutex_;
  std::shared_ptr<net::asio::ssl::context> context_;
  Stamps stamps_{};
  sdk::Time looked_{};
};

}  // namespace conductor::http
