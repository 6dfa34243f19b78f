// The options of [sdnc], checked.
#pragma once
#include "conductor/sdk/host.hpp"
#include "conductor/sdk/settings.hpp"

#include <optional>
#include <string>

namespace conductor::plugins::controller_sdnc {

// How RESTCONF is spoken: as RFC 8040 says, or as the drafts before it did (paths and media types differ).
enum class Style { rfc8040, bierman02 };

struct Options {
  static void describe(sdk::Schema& schema);
  explicit Options(sdk::Settings const& settings);
  // Refuses files that do not exist and certificates without keys; warns of an unverified peer.
  sdk::Result<void> check(sdk::Log& log) const;

  sdk::HttpConfig http;        // base_url is scheme, host and port; `root` comes before every target
  std::string root;            // path of the RESTCONF root, without a trailing slash
  std::optional<Style> style;  // nothing: found out at start
  std::string module;          // YANG module of the operations
  std::size_t batch_size = 0;  // candidates per check
  int attempts = 0;            // in all, for one call
  std::chrono::milliseconds reservation_timeout{};
  std::int64_t hold_seconds = 0;  // 0: held until released
};

}  // namespace conductor::plugins::controller_sdnc
