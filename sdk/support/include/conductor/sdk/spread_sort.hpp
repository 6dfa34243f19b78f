// Sorting by numbers that are spread over their range, as costs and distances are: items are first distributed over as
// many groups as there are items, which leaves little to sort. Numbers that crowd together are sorted as usual.
#pragma once
#include <boost/sort/pdqsort/pdqsort.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace conductor::sdk {

// number: of an item, 64 bits, signed or not. less: a total order that goes by the numbers first, without branches.
// scratch: anything; lends its memory. Not stable. What stands in order already is left alone.
template <class Item, class Number, class Less>
void spread_sort(std::vector<Item>& items, std::vector<Item>& scratch, Number const& number, Less const& less) {
  constexpr std::size_t few = 64;
  if (std::is_sorted(items.begin(), items.end(), less)) return;
  if (items.size() < few) return boost::sort::pdqsort_branchless(items.begin(), items.end(), less);
  auto least = number(items.front()), most = least;
  for (auto const& item : items) {
    least = std::min(least, number(item));
    most = std::max(most, number(item));
  }
  auto const above_least = [&](Item const& item) {
    return static_cast<std::uint64_t>(number(item)) - static_cast<std::uint64_t>(least);
  };
  std::size_t const bits = std::bit_width(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least));
  auto const shift = bits - std::min<std::size_t>(std::bit_width(items.size()), bits);
  std::vector<std::uint32_t> ends((std::size_t{1} << (bits - shift)) + 1);
  for (auto const& item : items) ++ends[(above_least(item) >> shift) + 1];
  for (std::size_t group = 1; group < ends.size(); ++group) ends[group] += ends[group - 1];
  scratch.resize(items.size());
  for (auto const& item : items) scratch[ends[above_least(item) >> shift]++] = item;
  // The begin of each group has moved to its end, where the next one begins.
  auto begin = scratch.begin();
  for (auto const end : std::span(ends).first(ends.size() - 1)) {
    auto const last = scratch.begin() + end;
    if (last - begin > 1) boost::sort::pdqsort_branchless(begin, last, less);
    begin = last;
  }
  items.swap(scratch);
}

}  // namespace conductor::sdk
