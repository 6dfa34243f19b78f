#include "base64.hpp"

#include <array>
#include <cstdint>

namespace conductor::plugins::etcd {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const left = bytes.size() - i;
    std::uint32_t word = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << 16U;
    if (left > 1) word |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8U;
    if (left > 2) word |= static_cast<unsigned char>(bytes[i + 2]);
    out += alphabet[word >> 18U];
    out += alphabet[word >> 12U & 63U];
    out += left > 1 ? alphabet[word >> 6U & 63U] : '=';
    out += left > 2 ? alphabet[word & 63U] : '=';
  }
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    bool const last = i + 4 == text.size();
    std::size_t const padding = !last ? 0U : text[i + 2] == '=' ? 2U : text[i + 3] == '=' ? 1U : 0U;
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      bool const padded = j >= 4 - padding;
      auto const value = padded ? std::uint8_t{0} : values[static_cast<unsigned char>(text[i + j])];
      if (value == none || (padded && text[i + j] != '=')) return std::nullopt;
      word = word << 6U | value;
    }
    bytes += static_cast<char>(word >> 16U & 0xFFU);
    if (padding < 2) bytes += static_cast<char>(word >> 8U & 0xFFU);
    if (padding < 1) bytes += static_cast<char>(word & 0xFFU);
  }
  return bytes;
}

}  // namespace conductor::plugins::etcd
