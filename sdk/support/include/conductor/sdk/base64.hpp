// Standard padded base64, for bytes that a backend takes as text only.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::sdk {

inline constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::uint8_t no_base64 = 0xFF;
inline constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_base64);
  for (std::size_t i = 0; i < base64_alphabet.size(); ++i)
    values[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

// Appends, for texts that are built in one buffer.
inline void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const left = bytes.size() - i;
    std::uint32_t word = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 16U;
    if (left > 1) word |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8U;
    if (left > 2) word |= static_cast<unsigned char>(bytes[i + 2]);
    out += base64_alphabet[word >> 18U];
    out += base64_alphabet[word >> 12U & 63U];
    out += left > 1 ? base64_alphabet[word >> 6U & 63U] : '=';
    out += left > 2 ? base64_alphabet[word & 63U] : '=';
  }
}

inline std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

// Nothing when the text is no padded base64 of the standard alphabet.
inline std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    bool const last = i + 4 == text.size();
    std::size_t const padding = !last ? 0U : text[i + 2] == '=' ? 2U : text[i + 3] == '=' ? 1U : 0U;
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      bool const padded = j >= 4 - padding;
      auto const value = padded ? std::uint8_t{0} : base64_values[static_cast<unsigned char>(text[i + j])];
      if (value == no_base64 || (padded && text[i + j] != '=')) return std::nullopt;
      word = word << 6U | value;
    }
    bytes += static_cast<char>(word >> 16U & 0xFFU);
    if (padding < 2) bytes += static_cast<char>(word >> 8U & 0xFFU);
    if (padding < 1) bytes += static_cast<char>(word & 0xFFU);
  }
  return bytes;
}

}  // namespace conductor::sdk
