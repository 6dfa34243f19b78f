// The host's HTTP client, as plugins see it: pooled keep-alive connections, TLS, retries with backoff and jitter inside
// the deadline, a circuit breaker per peer. All calls block the caller; all are thread-safe.
#pragma once
#include "conductor/sdk/call.hpp"

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace conductor::sdk {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// How to talk to one peer.
struct HttpConfig {
  std::string base_url{};  // http or https; a path in it is put before every target; a trailing slash is ignored
  std::string username{}, password{};                      // Basic authentication when either is set
  std::string bearer_token{};                              // Bearer authentication when set
  std::string certificate_file{}, certificate_key_file{};  // PEM, client certificate when both are set
  std::string ca_file{};                                   // PEM bundle of trust anchors; empty: the system's
  bool insecure_skip_verify = false;                       // the only way to turn verification off; warned about
  std::string server_name_override{};                      // verify the certificate against this name
  std::chrono::milliseconds connect_timeout{3050};
  std::chrono::milliseconds read_timeout{12050};  // of one attempt
  int attempts = 3;                               // in total, at least 1
  std::size_t max_reply_bytes = 4U << 20U;
  std::size_t max_connections = 16;
  HttpHeaders headers{};  // sent with every request
};

struct HttpRequest {
  std::string method = "GET";
  std::string target{};  // path and query, percent-encoded by the caller (see percent_encode)
  HttpHeaders headers{};
  std::string body{};
  // May be sent again after a failure that leaves open whether the peer acted. GET, HEAD, PUT and DELETE say so by
  // themselves.
  bool idempotent = false;
};

struct HttpReply {
  int status = 0;
  HttpHeaders headers{};
  std::string body{};
  // First header of that name, compared without case; empty when absent.
  std::string header(std::string_view name) const {
    auto const lower = [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    for (auto const& [key, value] : headers) {
      if (key.size() != name.size()) continue;
      bool same = true;
      for (std::size_t i = 0; i < key.size() && same; ++i)
        same = lower(static_cast<unsigned char>(key[i])) == lower(static_cast<unsigned char>(name[i]));
      if (same) return value;
    }
    return {};
  }
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any reply, whatever its status, is a value. Retried: connection failures, read time-outs of idempotent requests,
  // 429, 502, 503, 504 (and 500 once) of idempotent ones; Retry-After is honoured. Errors: unavailable, timed_out,
  // cancelled, invalid (reply larger than max_reply_bytes or not HTTP), denied (TLS verification).
  virtual Result<HttpReply> send(Call const& call, HttpRequest const& request) = 0;
  // Many requests, at most `at_once` under way; answers in the order of the requests.
  virtual std::vector<Result<HttpReply>> send_all(Call const& call, std::span<HttpRequest const> requests,
                                                  std::size_t at_once) = 0;
  // An endless reply (a watch): `sink` gets each piece as it comes, on the calling thread, and ends the stream by
  // returning false. Returns the reply's head when the stream ended in order. Bodies of error replies are in the reply.
  // `idle` bounds the silence between two pieces.
  virtual Result<HttpReply> stream(Call const& call, HttpRequest const& request, std::chrono::milliseconds idle,
                                   std::function<bool(std::string_view)> const& sink) = 0;
};

// One path segment or query value, percent-encoded (RFC 3986: everything but unreserved characters).
inline std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (unsigned char const c : text) {
    bool const plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += hex[c >> 4U];
      out += hex[c & 15U];
    }
  }
  return out;
}

}  // namespace conductor::sdk
