// Numbers keys from 0 in the order in which they are first seen. A flat hash table, because it numbers every candidate
// of every coupled pair before a search begins.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

namespace conductor::services::placement {

class FirstSeen {
 public:
  // For at most that many different keys.
  explicit FirstSeen(std::size_t most)
      : places_(std::bit_ceil(2 * most + 2)), shift_(64 - std::countr_zero(places_.size())) {}

  std::uint32_t number(std::uint64_t key, std::uint32_t class_of = 0) {
    // Multiplication by an odd constant spreads keys that differ in low bits over the high ones.
    auto const hash = (key ^ (std::uint64_t{class_of} << 40U)) * 0x9e3779b97f4a7c15ULL;
    for (auto at = hash >> shift_;; at = (at + 1) & (places_.size() - 1)) {
      auto& place = places_[at];
      if (place.number == none) {
        place = {key, class_of, count_};
        return count_++;
      }
      if (place.key == key && place.class_of == class_of) return place.number;
    }
  }
  std::uint32_t count() const { return count_; }

 private:
  static constexpr std::uint32_t none = ~0U;
  struct Place {
    std::uint64_t key = 0;
    std::uint32_t class_of = 0, number = none;
  };
  std::vector<Place> places_;
  int shift_;
  std::uint32_t count_ = 0;
};

}  // namespace conductor::services::placement
