// How often something may happen in a span of time, per key: failed logins of an address, requests of a user.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace conductor::services::api {

// Counts per key in windows that begin with the first event. Bounded: when the table is full, the key whose window
// began first is forgotten. Thread-safe; never blocks for long.
class WindowLimit {
 public:
  // At most `limit` events (0: no limit at all) in `window`.
  WindowLimit(std::size_t limit, sdk::Duration window, std::size_t keys = 4096)
      : limit_(limit), window_(window), keys_(keys) {}

  // How long the key must wait; zero when it may go on.
  sdk::Duration wait(std::string const& key, sdk::Time now) const;
  // One more event, counted even beyond the limit. Returns how many there were in this window.
  std::size_t add(std::string const& key, sdk::Time now);
  // Counts an event unless the limit is reached; how long to wait then, else zero.
  sdk::Duration take(std::string const& key, sdk::Time now);

 private:
  struct Window {
    std::string key;
    sdk::Time begin;
    std::size_t count = 0;
  };
  using Windows = std::list<Window>;
  sdk::Duration wait_locked(std::string const& key, sdk::Time now) const;
  std::size_t add_locked(std::string const& key, sdk::Time now);

  std::size_t const limit_;
  sdk::Duration const window_;
  std::size_t const keys_;
  mutable std::mutex mutex_;
  Windows windows_;  // by begin
  std::unordered_map<std::string, Windows::iterator> by_key_;
};

// What counts as one address: an IPv6 network of 64 bits, since a host has all of it; else the address as it stands.
std::string address_key(std::string const& address);

// For a Retry-After header: whole seconds, at least one.
std::string retry_after(sdk::Duration wait);

}  // namespace conductor::services::api
