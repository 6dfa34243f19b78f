// Branch and bound over the reduced costs of a Network (branch.hpp).
#include "branch.hpp"

#include <bit>
#include <utility>

namespace conductor::plugins::solver::optimal {

Branch::Branch(Coupling& coupling, Network const& network, std::vector<sdk::Term const*> const& terms,
               std::vector<sdk::Bits> const& bits)
    : coupling_(coupling),
      network_(network),
      terms_(terms),
      chosen_(network.members().size()),
      decided_(network.members().size()),
      failures_(network.members().size()),
      bits_(bits),
      words_(network.members().size()),
      assignment_(coupling.problem().demands()) {
  if (terms_.empty()) return;
  // Demands outside the members that a term looks at are decided: one bit.
  for (std::size_t d = 0; d < bits_.size(); ++d)
    for (std::size_t w = bits_[d].size(); w-- > 0;)
      if (bits_[d][w] != 0)
        assignment_[d] = static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits_[d][w])));
  for (std::size_t m = 0; m < words_.size(); ++m) {
    words_[m].resize(bits_[network.members()[m]].size());
    bits_[network.members()[m]] = words_[m];
  }
}

Branch::End Branch::run(Domains const& domains, Limits const& limits) {
  limits_ = limits;
  below_ = limits.below;
  open_ = forbidden;
  best_.clear();
  nodes_at_start_ = nodes_;
  std::fill(decided_.begin(), decided_.end(), false);
  if (levels_.empty()) {
    levels_.assign(chosen_.size() + 1, std::vector<Values>(chosen_.size()));
    views_.assign(chosen_.size() + 1, std::vector<View>(chosen_.size()));
  }
  for (std::size_t m = 0; m < domains.size(); ++m) {
    auto& values = levels_[0][m];
    values.clear();
    for (auto const c : domains[m]) values.push_back({network_.unary(m, c), c});
    if (values.empty()) return End::complete;
    views_[0][m] = {0, least(values)};
  }
  term_floor_ = term_bounds(0);
  if (coupling_.ticker().stopped()) {
    open_ = std::numeric_limits<Cost>::min();
    return End::stopped;
  }
  if (node(0, network_.floor())) return End::complete;
  return limits_.first_only && !best_.empty() ? End::found : End::stopped;
}

Cost Branch::least(Values const& values) {
  Cost least = forbidden;
  for (auto const& value : values) least = std::min(least, value.cost);
  return least;
}

// Sum of the terms' bounds, with the domains of this depth.
Cost Branch::term_bounds(std::size_t depth) {
  if (terms_.empty()) return 0;
  for (std::size_t m = 0; m < words_.size(); ++m) {
    auto& words = words_[m];
    std::fill(words.begin(), words.end(), 0);
    if (decided_[m]) {
      words[chosen_[m] / 64] |= sdk::Word{1} << (chosen_[m] % 64);
    } else {
      for (auto const& value : values(depth, m)) words[value.candidate / 64] |= sdk::Word{1} << (value.candidate % 64);
    }
  }
  Cost sum = 0;
  for (auto const* term : terms_) {
    if (coupling_.ticker().spent(work_of(*term)))
      break;  // a sum of fewer terms may miss negative ones, but node() looks again
    sum = plus(sum, term->bound(bits_));
  }
  return sum;
}

std::size_t Branch::work_of(sdk::Term const& term) const {
  std::size_t work = 0;
  for (auto const d : term.scope()) work += bits_[d].size() * 64;
  return work;
}

// False to leave the whole search. What is left unsearched then stands in open_.
bool Branch::node(std::size_t depth, Cost decided) {
  ++nodes_;
  coupling_.ticker().count();
  if (depth == network_.members().size()) return leaf(decided);
  Cost lower = decided;
  std::size_t work = 0;
  for (std::size_t m = 0; m < decided_.size(); ++m) {
    if (decided_[m]) continue;
    lower = plus(lower, views_[depth][m].least);
    work += values(depth, m).size();
  }
  if (plus(lower, term_floor_) >= below_) return true;
  lower = plus(lower, term_bounds(depth));
  if (coupling_.ticker().spent(work) || nodes_ - nodes_at_start_ > limits_.nodes) {
    open_ = coupling_.ticker().stopped() && !terms_.empty() ? std::numeric_limits<Cost>::min() : std::min(open_, lower);
    return false;
  }
  if (lower >= below_) return true;
  return branch(depth, decided, lower, choose(depth));
}

bool Branch::leaf(Cost decided) {
  auto cost = decided;
  if (!terms_.empty()) {
    for (std::size_t m = 0; m < chosen_.size(); ++m) assignment_[network_.members()[m]] = chosen_[m];
    for (auto const* term : terms_) cost = plus(cost, term->value(assignment_));
  }
  if (cost >= below_) return true;
  best_ = chosen_;
  below_ = cost;
  if (on_incumbent) on_incumbent(best_, below_);
  return !limits_.first_only;
}

std::uint32_t Branch::choose(std::size_t depth) const {
  if (network_.acyclic()) {
    // The costs of a tree were pulled to the front of this order, which leaves nothing to find out on the way.
    for (auto const m : network_.order())
      if (!decided_[m]) return m;
  }
  auto const regret = [&](std::size_t m) {
    Cost first = forbidden;
    Cost second = forbidden;
    for (auto const& value : values(depth, m)) {
      if (value.cost < first)
        second = std::exchange(first, value.cost);
      else
        second = std::min(second, value.cost);
    }
    return minus(second, first);
  };
  std::uint32_t chosen = 0;
  bool any = false;
  for (std::uint32_t m = 0; m < decided_.size(); ++m) {
    if (decided_[m]) continue;
    auto const mine = any ? values(depth, m).size() * (1 + failures_[chosen]) : 0;
    auto const theirs = any ? values(depth, chosen).size() * (1 + failures_[m]) : 0;
    if (!any || mine < theirs || (mine == theirs && regret(m) > regret(chosen))) chosen = m;
    any = true;
  }
  return chosen;
}

bool Branch::branch(std::size_t depth, Cost decided, Cost lower, std::uint32_t member) {
  auto sorted = values(depth, member);
  std::sort(sorted.begin(), sorted.end(), [](Value const& a, Value const& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.candidate < b.candidate;
  });
  auto const rest = minus(lower, sorted.front().cost);
  decided_[member] = true;
  bool go_on = true;
  for (std::size_t i = 0; i < sorted.size() && go_on; ++i) {
    auto const child = plus(rest, sorted[i].cost);
    if (child >= below_) break;
    if (depth == 0 && on_bound) on_bound(std::min(child, below_));
    chosen_[member] = sorted[i].candidate;
    if (narrow(depth, member, sorted[i], child)) {
      go_on = node(depth + 1, plus(decided, sorted[i].cost));
    } else if (coupling_.ticker().stopped()) {
      open_ = std::min(open_, child);
      go_on = false;
    }
    if (!go_on && i + 1 < sorted.size()) open_ = std::min(open_, plus(rest, sorted[i + 1].cost));
  }
  decided_[member] = false;
  return go_on;
}

// The domains of the next depth, beside this value; false when one ran empty.
bool Branch::narrow(std::size_t depth, std::uint32_t member, Value const& value, Cost lower) {
  views_[depth + 1] = views_[depth];
  for (auto const& [index, end] : network_.arcs_of(member)) {
    auto const& arc = network_.arcs()[index];
    auto const other = arc.ends[1 - end];
    if (decided_[other]) continue;
    auto const& from = values(depth, other);
    auto const before = views_[depth][other].least;
    if (coupling_.ticker().spent(from.size())) return false;
    // `lower` holds the least of this domain already; the rest up to the limit is room for its values.
    auto const room = below_ == forbidden ? forbidden : plus(minus(below_, lower), before);
    auto& to = levels_[depth + 1][other];
    if (!filter(arc, end, value.candidate, room, from, to)) {
      ++failures_[member];
      ++failures_[other];
      return false;
    }
    views_[depth + 1][other] = {depth + 1, least(to)};
  }
  return true;
}

bool Branch::filter(Network::Arc const& arc, unsigned end, std::uint32_t c, Cost room, Values const& from, Values& to) {
  auto const* row = arc.restricts ? coupling_.row(*arc.links[end], c) : nullptr;
  auto const* costs = arc.has_cost ? coupling_.costs(*arc.links[end], c) : nullptr;
  auto const& moved = arc.moved[1 - end];
  auto const base = minus(minus(0, arc.least), arc.moved[end][c]);
  to.clear();
  for (auto const& value : from) {
    auto const i = value.candidate;
    if (row && !((row[i / 64] >> (i % 64)) & 1U)) continue;
    auto cost = plus(value.cost, base);
    if (costs) cost = plus(cost, costs[i]);
    cost = minus(cost, moved[i]);
    if (cost < room) to.push_back({cost, i});
  }
  return !to.empty();
}

}  // namespace conductor::plugins::solver::optimal
