#include "services/solver/ordering.hpp"

#include "conductor/sdk/spread_sort.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <numeric>

namespace conductor::services::solver {
namespace {

constexpr std::size_t few = 16;

// The different values of a list that has few, with how often each occurs.
struct Distinct {
  std::array<double, few> values{};
  std::array<std::uint32_t, few> sizes{};
  std::size_t count = 0;

  // Without branches that depend on the data.
  std::size_t find(double value) const {
    auto at = count;
    for (std::size_t v = 0; v < count; ++v) at = values[v] == value ? v : at;
    return at;
  }
  // The place of the first of each in ascending order.
  std::array<std::uint32_t, few> begins() const {
    std::array<std::uint32_t, few> begins{};
    for (std::size_t v = 0; v < count; ++v)
      for (std::size_t other = 0; other < count; ++other)
        if (values[other] < values[v]) begins[v] += sizes[other];
    return begins;
  }
};

}  // namespace

std::vector<std::uint32_t> ordered_by_cost(std::span<std::uint32_t const> survivors, std::vector<double> const& costs) {
  std::vector<std::uint32_t> order(survivors.size());
  Distinct distinct;
  std::vector<std::uint8_t> which(survivors.size());
  for (std::size_t i = 0; i < survivors.size(); ++i) {
    auto const at = distinct.find(costs[survivors[i]]);
    if (at == few) {
      std::iota(order.begin(), order.end(), 0U);
      std::stable_sort(order.begin(), order.end(),
                       [&](auto a, auto b) { return costs[survivors[a]] < costs[survivors[b]]; });
      return order;
    }
    if (at == distinct.count) distinct.values[distinct.count++] = costs[survivors[i]];
    ++distinct.sizes[at];
    which[i] = static_cast<std::uint8_t>(at);
  }
  auto next = distinct.begins();
  for (std::uint32_t i = 0; i < order.size(); ++i) order[next[which[i]]++] = i;
  return order;
}

void order_by_value(std::vector<std::uint32_t>& order, std::span<sdk::Cost const> values) {
  if (order.empty()) return;
  auto const [least, most] = std::minmax_element(values.begin(), values.end());
  auto const above_least = [low = static_cast<std::uint64_t>(*least)](sdk::Cost value) {
    return static_cast<std::uint64_t>(value) - low;
  };
  // Value and present place in one number, if they fit.
  auto const bits = std::bit_width(order.size());
  if (std::bit_width(above_least(*most)) + bits > 64) {
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    return;
  }
  std::vector<std::uint64_t> list(order.size()), scratch;
  for (std::size_t i = 0; i < list.size(); ++i) list[i] = above_least(values[order[i]]) << bits | i;
  // What comes in order, as values that are all alike do, is left alone.
  if (std::is_sorted(list.begin(), list.end())) return;
  sdk::spread_sort(list, scratch, std::identity{}, std::less{});
  auto const mask = (std::uint64_t{1} << bits) - 1;
  auto const before = order;
  for (std::size_t i = 0; i < list.size(); ++i) order[i] = before[list[i] & mask];
}

}  // namespace conductor::services::solver
