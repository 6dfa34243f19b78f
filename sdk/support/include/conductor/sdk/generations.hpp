// Generations of documents that a store keeps in parts: a text that tells when the document was made and how many parts
// it has, <milliseconds>-<random>-<parts>.
#pragma once
#include "conductor/sdk/claims.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace conductor::sdk {

struct Generation {
  std::int64_t made_ms = 0;
  std::size_t parts = 0;
};

// Of a document of so many bytes; an empty one has a part, too.
constexpr std::size_t parts_of(std::size_t bytes, std::size_t part_bytes) {
  return std::max<std::size_t>((bytes + part_bytes - 1) / part_bytes, 1);
}

inline std::string new_generation(std::int64_t now_ms, std::size_t parts) {
  return std::to_string(now_ms) + "-" + random_id().substr(0, 16) + "-" + std::to_string(parts);
}

// Nothing for other texts, also when there are more parts than any document has: what is damaged must not be believed.
inline std::optional<Generation> parse_generation(std::string_view text, std::size_t most_parts) {
  Generation generation;
  auto const first = text.find('-'), last = text.rfind('-');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  auto const read = [](std::string_view digits, auto& number) {
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  if (!read(text.substr(0, first), generation.made_ms) || !read(text.substr(last + 1), generation.parts))
    return std::nullopt;
  if (generation.made_ms < 0 || generation.parts == 0 || generation.parts > most_parts) return std::nullopt;
  return generation;
}

}  // namespace conductor::sdk
