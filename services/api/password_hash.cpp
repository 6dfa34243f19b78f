// scrypt comes from OpenSSL.
#include "services/api/users_file.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace conductor::services::api {
namespace {

constexpr std::size_t salt_bytes = 16, key_bytes = 32;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string derived(PasswordHash const& hash, std::string_view password, std::size_t size) {
  // scrypt itself needs 128 * r * (N + p) bytes and a little more.
  auto const memory = 128 * hash.block_size * (hash.cost + hash.parallel) + (1U << 20U);
  std::string key(size, '\0');
  auto const* salt = reinterpret_cast<unsigned char const*>(hash.salt.data());
  if (EVP_PBE_scrypt(password.data(), password.size(), salt, hash.salt.size(), hash.cost, hash.block_size,
                     hash.parallel, memory, bytes_of(key), key.size()) != 1)
    throw std::runtime_error("OpenSSL cannot compute scrypt; check its providers and the memory of this process");
  return key;
}

}  // namespace

PasswordHash hash_password(std::string_view password) {
  PasswordHash hash;
  hash.salt.assign(salt_bytes, '\0');
  if (RAND_bytes(bytes_of(hash.salt), static_cast<int>(salt_bytes)) != 1)
    throw std::runtime_error("OpenSSL has no random numbers; check its providers");
  hash.key = derived(hash, password, key_bytes);
  return hash;
}

bool matches(PasswordHash const& hash, std::string_view password) {
  auto key = derived(hash, password, hash.key.size());
  bool const same = !key.empty() && CRYPTO_memcmp(key.data(), hash.key.data(), key.size()) == 0;
  OPENSSL_cleanse(key.data(), key.size());
  return same;
}

}  // namespace conductor::services::api
