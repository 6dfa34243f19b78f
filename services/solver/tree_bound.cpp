// Interval arithmetic: sums add, extremes combine end by end, a negative weight or a start behind the end swaps ends.
#include "services/solver/tree_bound.hpp"

#include <algorithm>
#include <bit>

namespace conductor::services::solver {
namespace {

constexpr std::size_t most_pairs_looked_at = 256;  // in the bound of a distance between two demands

bool is_pair(Operand const& leaf) { return leaf.demands.size() == 2; }

double weighted(Node const& node, double value) {
  if (node.normalization)
    value = (value - node.normalization->first) / (node.normalization->second - node.normalization->first);
  return node.weight * value;
}

double combined(Node::Kind kind, std::vector<double> const& values) {
  if (values.empty()) return 0;
  if (kind == Node::Kind::minimum) return *std::min_element(values.begin(), values.end());
  if (kind == Node::Kind::maximum) return *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (auto const value : values) sum += value;
  return sum;
}

// As an operand; nothing when it is a function without data.
std::optional<double> evaluate(TreeWorld const& world, Node const& node, std::uint32_t& gaps,
                               std::function<std::uint32_t(std::uint32_t)> const& choice) {
  if (node.kind == Node::Kind::leaf) {
    auto const& [plan, options, filtered] = world;
    auto const& demands = node.leaf.demands;
    auto const value = is_pair(node.leaf)
                           ? value_of(plan, options, filtered, node.leaf, choice(demands[0]), choice(demands[1]))
                           : value_of(plan, options, filtered, node.leaf, choice(demands[0]));
    if (!value) return ++gaps, std::nullopt;
    return weighted(node, *value);
  }
  std::vector<double> values;
  for (auto const& operand : node.operands)
    if (auto const value = evaluate(world, operand, gaps, choice)) values.push_back(*value);
  return weighted(node, combined(node.kind, values));
}

std::vector<std::uint32_t> bits_of(sdk::Bits domain, std::size_t most) {
  std::vector<std::uint32_t> list;
  for (std::size_t w = 0; w < domain.size(); ++w)
    for (auto word = domain[w]; word != 0; word &= word - 1) {
      list.push_back(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      if (list.size() > most) return list;
    }
  return list;
}

}  // namespace

Score contribution(TreeWorld const& world, Node const& node, double factor,
                   std::function<std::uint32_t(std::uint32_t)> const& choice) {
  Score score;
  if (auto const value = evaluate(world, node, score.gaps, choice)) score.value = factor * *value;
  return score;
}

void TreeBound::number(std::uint32_t demand, std::span<std::uint32_t const> numbering) {
  numbering_[demand].assign(numbering.begin(), numbering.end());
  for_each_leaf(node_, [&](Operand const& leaf) {
    if (is_pair(leaf) || leaf.demands[0] != demand) return;
    auto& column = columns_[&leaf];
    column.missing.assign((numbering.size() + 63) / 64, 0);
    for (std::uint32_t position = 0; position < numbering.size(); ++position) {
      if (auto const value = value_of(world_.plan, world_.options, world_.filtered, leaf, numbering[position]))
        column.ascending.emplace_back(*value, position);
      else
        column.missing[position / 64] |= sdk::Word{1} << (position % 64);
    }
    std::sort(column.ascending.begin(), column.ascending.end());
  });
}

TreeBound::Interval TreeBound::over_domains(Operand const& leaf, std::span<sdk::Bits const> domains) const {
  if (is_pair(leaf)) return pair_over_domains(leaf, domains);
  auto const domain = domains[leaf.demands[0]];
  auto const& column = columns_.at(&leaf);
  Interval interval;
  for (std::size_t w = 0; w < domain.size(); ++w) interval.may_miss |= (domain[w] & column.missing[w]) != 0;
  auto const inside = [&](auto const& entry) { return sdk::test_bit(domain, entry.second); };
  auto const first = std::find_if(column.ascending.begin(), column.ascending.end(), inside);
  interval.must_miss = first == column.ascending.end();
  if (!interval.must_miss) {
    interval.low = first->first;
    interval.high = std::find_if(column.ascending.rbegin(), column.ascending.rend(), inside)->first;
  }
  return interval;
}

TreeBound::Interval TreeBound::pair_over_domains(Operand const& leaf, std::span<sdk::Bits const> domains) const {
  auto const range = range_of(world_.options, world_.filtered, leaf);
  Interval wide{range.least, range.most, true, false, 0, 0};
  auto const a = bits_of(domains[leaf.demands[0]], most_pairs_looked_at),
             b = bits_of(domains[leaf.demands[1]], most_pairs_looked_at);
  if (a.size() * b.size() > most_pairs_looked_at) return wide;
  Interval exact{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(), false, true, 0, 0};
  auto const &of_a = numbering_.at(leaf.demands[0]), &of_b = numbering_.at(leaf.demands[1]);
  for (auto const i : a)
    for (auto const j : b) {
      auto const value = value_of(world_.plan, world_.options, world_.filtered, leaf, of_a[i], of_b[j]);
      if (!value) {
        exact.may_miss = true;
        continue;
      }
      exact.must_miss = false;
      exact.low = std::min(exact.low, *value);
      exact.high = std::max(exact.high, *value);
    }
  if (exact.must_miss) exact.low = exact.high = 0;
  return exact;
}

TreeBound::Interval TreeBound::over_survivors(Operand const& leaf) const {
  if (is_pair(leaf)) {
    auto const range = range_of(world_.options, world_.filtered, leaf);
    return {range.least, range.most, true, false, 0, 0};
  }
  Interval interval{0, 0, false, true, 0, 0};
  for (auto const c : world_.filtered.survivors[leaf.demands[0]]) {
    auto const value = value_of(world_.plan, world_.options, world_.filtered, leaf, c);
    interval.may_miss |= !value.has_value();
    if (!value) continue;
    interval.low = interval.must_miss ? *value : std::min(interval.low, *value);
    interval.high = interval.must_miss ? *value : std::max(interval.high, *value);
    interval.must_miss = false;
  }
  return interval;
}

TreeBound::Interval TreeBound::combine(Node const& node, std::vector<Interval> const& operands) {
  Interval result;
  for (auto const& each : operands) {
    result.least_gaps += each.least_gaps;
    result.most_gaps += each.most_gaps;
  }
  if (node.kind == Node::Kind::sum) {
    for (auto const& each : operands) {
      if (each.must_miss) continue;
      result.low += each.may_miss ? std::min(0.0, each.low) : each.low;
      result.high += each.may_miss ? std::max(0.0, each.high) : each.high;
    }
    return result;
  }
  // Ends over everything that may be there, and over what certainly is.
  std::optional<std::pair<double, double>> all, sure;
  bool const least = node.kind == Node::Kind::minimum;
  auto const take = [&](auto& into, Interval const& each) {
    if (!into)
      into.emplace(each.low, each.high);
    else if (least)
      into = std::pair(std::min(into->first, each.low), std::min(into->second, each.high));
    else
      into = std::pair(std::max(into->first, each.low), std::max(into->second, each.high));
  };
  double widest_low = 0, widest_high = 0;
  for (auto const& each : operands) {
    if (each.must_miss) continue;
    widest_low = std::min(widest_low, each.low);
    widest_high = std::max(widest_high, each.high);
    take(all, each);
    if (!each.may_miss) take(sure, each);
  }
  if (!sure) {
    // Any subset may be there, or none, which is 0.
    result.low = widest_low;
    result.high = widest_high;
    return result;
  }
  // More operands only lower a minimum and raise a maximum.
  result.low = least ? all->first : sure->first;
  result.high = least ? sure->second : all->second;
  return result;
}

TreeBound::Interval TreeBound::scaled(Node const& node, Interval interval) {
  auto const a = weighted(node, interval.low), b = weighted(node, interval.high);
  interval.low = std::min(a, b);
  interval.high = std::max(a, b);
  return interval;
}

TreeBound::Interval TreeBound::operand(Node const& node, OfLeaf const& of_leaf) const {
  if (node.kind == Node::Kind::leaf) {
    auto interval = scaled(node, of_leaf(node.leaf));
    interval.least_gaps = interval.must_miss ? 1 : 0;
    interval.most_gaps = interval.may_miss || interval.must_miss ? 1 : 0;
    return interval;
  }
  std::vector<Interval> operands;
  for (auto const& each : node.operands) operands.push_back(operand(each, of_leaf));
  return scaled(node, combine(node, operands));
}

Score TreeBound::least(std::span<sdk::Bits const> domains) const {
  auto const interval = operand(node_, [&](Operand const& leaf) { return over_domains(leaf, domains); });
  return {std::min(factor_ * interval.low, factor_ * interval.high), interval.least_gaps};
}

Range TreeBound::range() const {
  auto const interval = operand(node_, [&](Operand const& leaf) { return over_survivors(leaf); });
  auto const zero = node_.kind == Node::Kind::leaf && (interval.may_miss || interval.must_miss);
  auto low = std::min(factor_ * interval.low, factor_ * interval.high),
       high = std::max(factor_ * interval.low, factor_ * interval.high);
  if (zero) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  return {low, high, interval.most_gaps};
}

}  // namespace conductor::services::solver
