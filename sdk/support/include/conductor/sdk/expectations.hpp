// Whether a row is as a conditional mutation expects it, for stores that compare rows themselves.
#pragma once
#include "conductor/sdk/store.hpp"

#include <algorithm>

namespace conductor::sdk {

// `row` has all columns of its table.
inline bool is_as_expected(Row const& row, Expect const& expect) {
  if (expect.version && row.version != *expect.version) return false;
  if (expect.claim && row.text("claim") != *expect.claim) return false;
  return std::all_of(expect.columns.begin(), expect.columns.end(),
                     [&](auto const& wanted) { return row.columns.find(wanted.first)->second == wanted.second; });
}

}  // namespace conductor::sdk
