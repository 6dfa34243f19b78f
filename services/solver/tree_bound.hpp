// A node of the generic objective (solver specification 8.3): its value for given choices, and within which values it
// stays over domains (18.5).
#pragma once
#include "services/solver/objective.hpp"

#include <functional>
#include <map>

namespace conductor::services::solver {

struct TreeWorld {
  Plan const& plan;
  Options const& options;
  Filtered const& filtered;
};

// The node's weighted value as an operand, times `factor`; choice: demand -> candidate. A missing function contributes
// 0 to a sum and is left out of an extreme; a node without operands is 0.
Score contribution(TreeWorld const& world, Node const& node, double factor,
                   std::function<std::uint32_t(std::uint32_t)> const& choice);

class TreeBound {
 public:
  TreeBound(TreeWorld const& world, Node const& node, double factor) : world_(world), node_(node), factor_(factor) {}

  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering);
  // Of all assignments within the domains; all demands of the node are numbered.
  Score least(std::span<sdk::Bits const> domains) const;
  // Over everything that survived.
  Range range() const;

 private:
  // Between which ends a value lies, and whether it may or must be missing.
  struct Interval {
    double low = 0, high = 0;
    bool may_miss = false, must_miss = false;
    std::uint32_t least_gaps = 0, most_gaps = 0;  // inside
  };
  // Positions by ascending value of one leaf; those without a value.
  struct Column {
    std::vector<std::pair<double, std::uint32_t>> ascending;
    std::vector<sdk::Word> missing;
  };
  using OfLeaf = std::function<Interval(Operand const&)>;

  static Interval combine(Node const& node, std::vector<Interval> const& operands);
  static Interval scaled(Node const& node, Interval interval);
  Interval operand(Node const& node, OfLeaf const& of_leaf) const;
  Interval over_domains(Operand const& leaf, std::span<sdk::Bits const> domains) const;
  Interval pair_over_domains(Operand const& leaf, std::span<sdk::Bits const> domains) const;
  Interval over_survivors(Operand const& leaf) const;

  TreeWorld world_;
  Node const& node_;
  double factor_;
  std::map<Operand const*, Column> columns_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> numbering_;
};

}  // namespace conductor::services::solver
