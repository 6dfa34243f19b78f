// The generic grammar as parts (solver specification 8.3, 8.5, 18.5). Sums fall apart into their operands; what one
// demand decides becomes a unary part, what two decide a pair part where a table of pairs is small enough, and other
// minima and maxima terms, bounded by interval arithmetic.
#include "services/solver/objective.hpp"
#include "services/solver/tree_bound.hpp"

#include <algorithm>
#include <set>

namespace conductor::services::solver {
namespace {

// Above this many pairs of candidates a node over two demands is a term: its bound needs no table.
constexpr std::size_t most_pairs = 4'000'000;

class ConstantPart final : public UnaryPart {
 public:
  explicit ConstantPart(double value) : value_(value) {}
  Score score(std::uint32_t demand, std::uint32_t) const override { return {demand == 0 ? value_ : 0.0, 0}; }

 private:
  double value_;
};

class TreeUnary final : public UnaryPart {
 public:
  TreeUnary(TreeWorld const& world, Node const& node, double factor, std::uint32_t demand)
      : world_(world), node_(node), factor_(factor), demand_(demand) {}
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    if (demand != demand_) return {};
    return contribution(world_, node_, factor_, [&](std::uint32_t) { return candidate; });
  }

 private:
  TreeWorld world_;
  Node const& node_;
  double factor_;
  std::uint32_t demand_;
};

class TreePair final : public PairPart {
 public:
  TreePair(TreeWorld const& world, Node const& node, double factor, std::uint32_t first, std::uint32_t second)
      : PairPart(first, second), world_(world), node_(node), factor_(factor) {}
  Score score(std::uint32_t of_first, std::uint32_t of_second) const override {
    return contribution(world_, node_, factor_,
                        [&](std::uint32_t demand) { return demand == first() ? of_first : of_second; });
  }
  std::uint64_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    // A distance depends on the place alone.
    return node_.kind == Node::Kind::leaf && node_.leaf.function == Function::demand_distance
               ? world_.plan.demands[demand].sites[candidate]
               : candidate;
  }
  Range range() const override { return TreeBound(world_, node_, factor_).range(); }

 private:
  TreeWorld world_;
  Node const& node_;
  double factor_;
};

class TreeTerm final : public TermPart {
 public:
  TreeTerm(TreeWorld const& world, Node const& node, double factor, std::vector<std::uint32_t> scope)
      : world_(world), node_(node), factor_(factor), scope_(std::move(scope)), bound_(world, node, factor) {}
  std::span<std::uint32_t const> scope() const override { return scope_; }
  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    bound_.number(demand, numbering);
  }
  Score score(Chosen const& chosen) const override {
    return contribution(world_, node_, factor_, [&](std::uint32_t demand) { return chosen[demand]; });
  }
  Score bound(std::span<sdk::Bits const> domains) const override { return bound_.least(domains); }
  Range range() const override { return bound_.range(); }

 private:
  TreeWorld world_;
  Node const& node_;
  double factor_;
  std::vector<std::uint32_t> scope_;
  TreeBound bound_;
};

class Flattening {
 public:
  Flattening(TreeWorld const& world, Parts& parts) : world_(world), parts_(parts) {}

  // `node` as an operand whose weighted value counts `factor` times.
  void add(Node const& node, double factor) {
    std::set<std::uint32_t> demands;
    for_each_leaf(node, [&](Operand const& leaf) { demands.insert(leaf.demands.begin(), leaf.demands.end()); });
    // The extreme of one operand is that operand.
    bool const is_sum = node.kind == Node::Kind::sum || (node.kind != Node::Kind::leaf && node.operands.size() == 1);
    if (demands.size() == 1) {
      parts_.unary.push_back(std::make_unique<TreeUnary>(world_, node, factor, *demands.begin()));
    } else if (is_sum) {
      auto inner = factor * node.weight;
      if (node.normalization) {
        auto const [start, end] = *node.normalization;
        constant_ -= inner * start / (end - start);
        inner /= end - start;
      }
      for (auto const& operand : node.operands) add(operand, inner);
    } else if (demands.size() == 2 && (node.kind == Node::Kind::leaf || fits(demands))) {
      parts_.pairs.push_back(
          std::make_unique<TreePair>(world_, node, factor, *demands.begin(), *std::next(demands.begin())));
    } else {
      parts_.terms.push_back(
          std::make_unique<TreeTerm>(world_, node, factor, std::vector<std::uint32_t>(demands.begin(), demands.end())));
    }
  }

  void finish() {
    if (constant_ != 0) parts_.unary.push_back(std::make_unique<ConstantPart>(constant_));
  }

 private:
  bool fits(std::set<std::uint32_t> const& demands) const {
    std::size_t pairs = 1;
    for (auto const d : demands) pairs *= world_.filtered.survivors[d].size();
    return pairs <= most_pairs;
  }

  TreeWorld const& world_;
  Parts& parts_;
  double constant_ = 0;
};

}  // namespace

void add_tree(Plan const& plan, Options const& options, Filtered const& filtered, Parts& parts) {
  if (!plan.objective || !plan.objective->tree) return;
  TreeWorld const world{plan, options, filtered};
  Flattening flattening(world, parts);
  flattening.add(*plan.objective->tree, plan.objective->maximize ? -1.0 : 1.0);
  flattening.finish();
}

}  // namespace conductor::services::solver
