// Deadlines out of numbers that a peer or a row names.
#pragma once
#include "conductor/sdk/clock.hpp"

#include <algorithm>
#include <cstdint>

namespace conductor::work {

// `ms` from now, whatever the number is: not before now and not later than a year from now.
inline sdk::Time deadline_in(sdk::Clock const& clock, std::int64_t ms) {
  constexpr std::int64_t longest = std::chrono::milliseconds(std::chrono::years(1)).count();
  return clock.now() + std::chrono::milliseconds(std::clamp<std::int64_t>(ms, 0, longest));
}

}  // namespace conductor::work
