// Requests to SDN-C: paths and media types of both styles, what the server can do, and which failures are worth another
// attempt beyond those that the host's HTTP client repeats by itself.
#pragma once
#include "options.hpp"
#include "replies.hpp"

#include "conductor/sdk/host.hpp"

#include <mutex>

namespace conductor::plugins::controller_sdnc {

// What the server says of itself.
struct Abilities {
  bool installed = false;  // the module is there
  bool idempotent = false, can_query = false, atomic = false, fences = false;
  std::size_t max_items = 100;  // per reserve or release
};

enum class Repeat { allowed, forbidden };

// Thread-safe; every call blocks. `options` outlives it. open() comes first, once.
class Connection {
 public:
  Connection(sdk::Host& host, Options const& options) : host_(host), options_(options), style_(options.style) {}
  void open();

  // Read at the first call, and again after an exchange failed (the server may be another one since). A server without
  // the module is an answer: not installed.
  sdk::Result<Abilities> abilities(sdk::Call const& call);
  // One operation; the reply's body is its output. `input` gets svc-request-id and plan-id. Locks and failures of the
  // server are asked again as often as [sdnc] sdnc_retries allows, unless `repeat` forbids what may act twice.
  Reply operation(sdk::Call const& call, std::string const& name, boost::json::object input, Repeat repeat);
  // The state of one reservation; trouble `missing` when the server knows no such key.
  Reply reservation(sdk::Call const& call, std::string const& key);

 private:
  Style style() const;
  sdk::HttpRequest request(sdk::Call const& call, Style style, std::string const& method, std::string target) const;
  Reply send(sdk::Call const& call, sdk::HttpRequest const& request);
  sdk::Result<Style> detect(sdk::Call const& call);
  Reply read_abilities(sdk::Call const& call, Style style);

  sdk::Host& host_;
  Options const& options_;
  sdk::HttpClient* client_ = nullptr;  // the host's
  mutable std::mutex mutex_;           // guards what follows
  std::optional<Style> style_;
  std::optional<Abilities> abilities_;  // nothing: to be read
  bool missed_ = false;                 // that there is no module was said
};

}  // namespace conductor::plugins::controller_sdnc
