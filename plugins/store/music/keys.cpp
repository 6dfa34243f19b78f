#include "keys.hpp"

#include <algorithm>

namespace conductor::plugins::music {

namespace {

constexpr std::string_view hex = "0123456789ABCDEF";

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

std::string escaped(std::string_view id) {
  std::string key;
  for (char const c : id) {
    auto const byte = static_cast<unsigned char>(c);
    if (is_plain(c))
      key += c;
    else
      key.append(1, '_').append(1, hex[byte >> 4U]).append(1, hex[byte & 15U]);
  }
  return key;
}

std::string unescaped(std::string_view key) {
  std::string id;
  for (std::size_t i = 0; i < key.size(); ++i) {
    auto const high = key[i] == '_' && i + 2 < key.size() ? hex.find(key[i + 1]) : std::string_view::npos;
    auto const low = high != std::string_view::npos ? hex.find(key[i + 2]) : std::string_view::npos;
    bool const code = low != std::string_view::npos;
    id += code ? static_cast<char>(high * 16 + low) : key[i];
    if (code) i += 2;
  }
  return id;
}

bool is_plain_key(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) { return is_plain(c) || c == '_'; });
}

std::string joined(std::vector<std::string_view> const& ids) {
  std::string key;
  for (auto const id : ids) key.append(key.empty() ? "" : "__").append(escaped(id));
  return key;
}

std::vector<std::string> parted(std::string_view key) {
  std::vector<std::string> ids;
  for (;;) {
    auto const end = key.find("__");
    ids.push_back(unescaped(key.substr(0, end)));
    if (end == std::string_view::npos) return ids;
    key.remove_prefix(end + 2);
  }
}

}  // namespace conductor::plugins::music
