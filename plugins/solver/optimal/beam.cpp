#include "beam.hpp"

#include "common/hits.hpp"

#include <algorithm>

namespace conductor::plugins::solver::optimal {
namespace {

class Beam {
 public:
  Beam(Network const& network, Coupling& coupling, std::size_t width)
      : network_(network),
        coupling_(coupling),
        width_(width),
        value_(network.members().size()),
        partner_(network.arcs().size()) {
    for (std::size_t m = 0; m < value_.size(); ++m) {
      value_[m].assign(coupling.problem().candidates(network.members()[m]), forbidden);
      for (auto const c : network.domains()[m]) value_[m][c] = network.unary(m, c);
    }
  }

  BeamResult run() {
    BeamResult result;
    result.best.resize(value_.size());
    result.value = network_.floor();
    // Each tree of the component by its first member in order.
    std::vector<bool> done(value_.size());
    for (auto const root : network_.order()) {
      if (done[root]) continue;
      if (!gather(root, no_arc)) return {};
      auto const& domain = network_.domains()[root];
      auto const least = std::min_element(domain.begin(), domain.end(),
                                          [&](auto a, auto b) { return value_[root][a] < value_[root][b]; });
      if (least == domain.end() || value_[root][*least] == forbidden) return {};
      result.value = plus(result.value, value_[root][*least]);
      choose(root, no_arc, *least, result.best, done);
    }
    return result;
  }

 private:
  static constexpr std::size_t no_arc = ~std::size_t{0};

  // Adds to the values of m what its subtree costs at least, as far as the beam sees.
  bool gather(std::size_t m, std::size_t parent_arc) {
    for (auto const& [arc, end] : network_.arcs_of(m)) {
      if (arc == parent_arc) continue;
      auto const child = network_.arcs()[arc].ends[1 - end];
      if (!gather(child, arc) || !offer(arc, 1 - end)) return false;
    }
    return true;
  }

  // The cheapest candidates at end `from` of the arc, offered to all at its other end.
  bool offer(std::size_t which, unsigned from) {
    auto const& arc = network_.arcs()[which];
    auto const source = arc.ends[from], target = arc.ends[1 - from];
    auto cheapest = network_.domains()[source];
    auto const count = std::min(width_, cheapest.size());
    std::partial_sort(cheapest.begin(), cheapest.begin() + static_cast<std::ptrdiff_t>(count), cheapest.end(),
                      [&](auto a, auto b) {
                        return value_[source][a] != value_[source][b] ? value_[source][a] < value_[source][b] : a < b;
                      });
    cheapest.resize(count);
    reached_.assign(value_[target].size(), forbidden);
    partner_[which].assign(value_[target].size(), 0);
    open_.assign((reached_.size() + 63) / 64, 0);
    for (auto const t : network_.domains()[target]) open_[t / 64] |= sdk::Word{1} << (t % 64);
    for (auto const c : cheapest) {
      if (value_[source][c] == forbidden || coupling_.ticker().spent(reached_.size())) break;
      if (arc.has_cost)
        reach_by_costs(which, from, c, network_.domains()[target]);
      else
        reach_by_row(which, from, c);
    }
    for (auto const t : network_.domains()[target]) value_[target][t] = plus(value_[target][t], reached_[t]);
    return !coupling_.ticker().stopped();
  }

  // Offers come cheapest first, so the first one that reaches a candidate is its best.
  void reach_by_row(std::size_t which, unsigned from, std::uint32_t c) {
    auto const& arc = network_.arcs()[which];
    auto const* row = coupling_.row(*arc.links[from], c);
    take_hits(open_, row, [&](std::size_t t) {
      reached_[t] = value_[arc.ends[from]][c];
      partner_[which][t] = c;
    });
  }

  void reach_by_costs(std::size_t which, unsigned from, std::uint32_t c, std::vector<std::uint32_t> const& targets) {
    auto const& arc = network_.arcs()[which];
    auto const* costs = coupling_.costs(*arc.links[from], c);
    auto const* row = arc.restricts ? coupling_.row(*arc.links[from], c) : nullptr;
    for (auto const t : targets) {
      if (row && !((row[t / 64] >> (t % 64)) & 1U)) continue;
      auto const all = plus(value_[arc.ends[from]][c], minus(costs[t], arc.least));
      if (all >= reached_[t]) continue;
      reached_[t] = all;
      partner_[which][t] = c;
    }
  }

  void choose(std::size_t m, std::size_t parent_arc, std::uint32_t c, std::vector<std::uint32_t>& best,
              std::vector<bool>& done) const {
    best[m] = c;
    done[m] = true;
    for (auto const& [arc, end] : network_.arcs_of(m))
      if (arc != parent_arc) choose(network_.arcs()[arc].ends[1 - end], arc, partner_[arc][c], best, done);
  }

  Network const& network_;
  Coupling& coupling_;
  std::size_t width_;
  std::vector<std::vector<Cost>> value_;             // by member and candidate: its own and its subtree's cost
  std::vector<std::vector<std::uint32_t>> partner_;  // by arc and candidate of the upper end: the choice below
  // Of the arc at hand, by candidate of the upper end.
  std::vector<Cost> reached_;
  std::vector<sdk::Word> open_;
};

}  // namespace

BeamResult beam(Network const& network, Coupling& coupling, std::size_t width) {
  return Beam(network, coupling, width).run();
}

}  // namespace conductor::plugins::solver::optimal
