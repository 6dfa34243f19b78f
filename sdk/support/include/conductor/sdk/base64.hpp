// Standard padded base64, for bytes that a backend takes as text only.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::sdk {

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const left = bytes.size() - i;
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j)
      word = word << 8U | (j < left ? static_cast<unsigned char>(bytes[i + j]) : std::uint32_t{0});
    for (std::size_t j = 0; j < 4; ++j) out += j <= left ? base64_alphabet[word >> (18U - 6U * j) & 63U] : '=';
  }
  return out;
}

// Nothing when the text is no padded base64 of the standard alphabet.
inline std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t const padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    std::uint32_t const value = c >= 'A' && c <= 'Z'   ? static_cast<std::uint32_t>(c - 'A')
                                : c >= 'a' && c <= 'z' ? static_cast<std::uint32_t>(c - 'a' + 26)
                                : c >= '0' && c <= '9' ? static_cast<std::uint32_t>(c - '0' + 52)
                                : c == '+'             ? 62U
                                : c == '/'             ? 63U
                                                       : 64U;
    if (value == 64U && (c != '=' || i + padding < text.size())) return std::nullopt;
    word = word << 6U | (value & 63U);
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8)
      bytes += static_cast<char>(word >> static_cast<unsigned>(shift) & 255U);
    word = 0;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace conductor::sdk
