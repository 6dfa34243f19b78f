#include "services/api/login_memory.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace conductor::services::api {

LoginMemory::LoginMemory(sdk::Duration lifetime) : lifetime_(lifetime) {
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
    throw std::runtime_error("OpenSSL has no random numbers; check its providers");
}

LoginMemory::~LoginMemory() { OPENSSL_cleanse(key_.data(), key_.size()); }

LoginMemory::Tag LoginMemory::tag_of(http::Credentials const& pair) const {
  // The length shows where the name ends: no other pair gives the same text.
  std::string text = std::to_string(pair.user.size()) + ":" + pair.user + pair.password;
  Tag tag{};
  unsigned size = 0;
  auto const* made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                          reinterpret_cast<unsigned char const*>(text.data()), text.size(), tag.data(), &size);
  OPENSSL_cleanse(text.data(), text.size());
  if (made == nullptr) throw std::runtime_error("OpenSSL cannot compute an HMAC; check its providers");
  return tag;
}

bool LoginMemory::knows(http::Credentials const& pair, sdk::Time now) const {
  auto const tag = tag_of(pair);
  std::lock_guard const lock(mutex_);
  auto const found = entries_.find(pair.user);
  if (found == entries_.end()) return false;
  bool const same = CRYPTO_memcmp(tag.data(), found->second.tag.data(), tag.size()) == 0;
  return same && now < found->second.until;
}

void LoginMemory::remember(http::Credentials const& pair, sdk::Time now) {
  auto const tag = tag_of(pair);
  std::lock_guard const lock(mutex_);
  entries_.insert_or_assign(pair.user, Entry{tag, now + lifetime_});
}

}  // namespace conductor::services::api
