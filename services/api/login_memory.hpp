// Verified user names and passwords, remembered for a while, so that a slow hash is not computed for every request.
// Kept is an HMAC under a random key of this process: what the memory of the process gives away is of no use elsewhere.
#pragma once
#include "core/http/auth.hpp"

#include "conductor/sdk/clock.hpp"

#include <array>
#include <mutex>
#include <unordered_map>

namespace conductor::services::api {

// Thread-safe; never blocks for long.
class LoginMemory {
 public:
  // How long a pair is remembered after it was verified.
  explicit LoginMemory(sdk::Duration lifetime);
  ~LoginMemory();
  LoginMemory(LoginMemory const&) = delete;
  LoginMemory& operator=(LoginMemory const&) = delete;

  // Takes the same time for a user that was never remembered.
  bool knows(http::Credentials const& pair, sdk::Time now) const;
  // At most one pair per user; the caller remembers only verified ones, which bounds their number.
  void remember(http::Credentials const& pair, sdk::Time now);

 private:
  using Tag = std::array<unsigned char, 32>;
  struct Entry {
    Tag tag;
    sdk::Time until;
  };
  Tag tag_of(http::Credentials const& pair) const;

  sdk::Duration lifetime_;
  Tag key_{};
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace conductor::services::api
