// Base64 and digests come from OpenSSL.
#include "core/http/auth.hpp"

#include "core/http/message.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <string>

namespace conductor::http {

namespace {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes) {
  Digest digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot compute SHA-256; check its providers");
  return digest;
}

unsigned char const* bytes_of(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// One text of two, in which the border cannot be shifted.
std::string joined(Credentials const& credentials) {
  return std::to_string(credentials.user.size()) + ":" + credentials.user + credentials.password;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto const written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(written));
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return std::string();
  std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  for (char const c : text.substr(0, text.size() - padding))
    if (!is_base64(c)) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  auto const written =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(text), static_cast<int>(text.size()));
  if (written < 0) return std::nullopt;
  out.erase(out.size() - padding);
  // Bits that the padding hides must be zero, or two texts would stand for one value.
  if (base64_encode(out) != text) return std::nullopt;
  return out;
}

std::optional<Credentials> parse_basic(std::string_view authorization) {
  constexpr std::string_view scheme = "Basic ";
  if (authorization.size() <= scheme.size() || !same_name(authorization.substr(0, scheme.size()), scheme))
    return std::nullopt;
  auto const decoded = base64_decode(authorization.substr(scheme.size()));
  if (!decoded) return std::nullopt;
  auto const colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

std::string basic_header(std::string_view user, std::string_view password) {
  std::string pair(user);
  pair += ':';
  pair += password;
  return "Basic " + base64_encode(pair);
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  auto const left = sha256(a);
  auto const right = sha256(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool credentials_match(Credentials const& given, Credentials const& expected) {
  bool const same = constant_time_equal(joined(given), joined(expected));
  return same && !expected.user.empty() && !expected.password.empty();
}

}  // namespace conductor::http
