#include "services/api/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace conductor::services::api {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  for (auto const byte : digest) {
    text += hex[byte >> 4U];
    text += hex[byte & 15U];
  }
  return text;
}

}  // namespace conductor::services::api
