// Rows against what is still open, for costs that spread from the cheapest offer on.
#pragma once
#include "conductor/sdk/solver.hpp"

#include <bit>
#include <vector>

namespace conductor::plugins::solver {

// Visits the positions that stand in both, and closes them.
template <class Visit>
void take_hits(std::vector<sdk::Word>& open, sdk::Word const* row, Visit const& visit) {
  auto* const words = open.data();
  for (std::size_t w = 0, count = open.size(); w < count; ++w) {
    auto hits = words[w] & row[w];
    if (hits == 0) continue;
    words[w] &= ~hits;
    for (; hits != 0; hits &= hits - 1) visit(w * 64 + static_cast<std::size_t>(std::countr_zero(hits)));
  }
}

}  // namespace conductor::plugins::solver
