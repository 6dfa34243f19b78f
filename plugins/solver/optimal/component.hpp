// Component: one connected part of the problem, solved on its own; values of components add up, and so do their
// tie-breaks. Three steps: prepare() finds a first assignment and a good bound, prove() closes the gap, break_ties()
// picks among the optimal assignments the one whose version vector, then rank vector, is least.
#pragma once
#include "branch.hpp"

namespace conductor::plugins::solver::optimal {

class Component {
 public:
  // What a component starts from. Terms lie within members; bits as in Branch.
  struct Parts {
    std::vector<std::uint32_t> members;  // ascending
    Domains domains;
    std::vector<std::vector<Cost>> unary;
    std::vector<sdk::Term const*> terms;
  };
  Component(Coupling& coupling, Parts parts, std::vector<sdk::Bits> const& bits);

  // Called whenever value() or bound() improved.
  std::function<void()> on_progress;

  void prepare();
  void prove();
  void break_ties();

  bool infeasible() const { return infeasible_; }
  bool proven() const { return infeasible_ || (!best_.empty() && bound_ >= value_); }
  bool found() const { return !best_.empty(); }
  Cost value() const { return value_; }  // forbidden when nothing was found
  Cost bound() const { return std::min(bound_, value_); }
  std::vector<std::uint32_t> const& members() const { return network_.members(); }
  std::vector<std::uint32_t> const& best() const { return best_; }  // by member
  std::uint64_t nodes() const { return branch_.nodes() + nodes_of_descents_ + network_.rows_scanned(); }
  // Size of the space that is left, as the sum of the domains' sizes.
  std::size_t size() const;

 private:
  using Part = std::uint32_t sdk::UnaryKey::*;

  bool tree() const { return terms_.empty() && network_.acyclic(); }
  void improved(std::vector<std::uint32_t> const& best, Cost value);
  void raise_bound(Cost bound);
  void limit_network();
  Cost floor() const { return plus(network_.floor(), term_floor_); }
  void emptied();
  void solve_tree();
  bool explore(std::uint64_t nodes);
  void drop_dominated();
  void settle_tree(Part part);
  void settle_by_search(Part part);
  bool all_equal(std::size_t member, Part part) const;
  std::uint32_t part_of(std::size_t member, std::uint32_t c, Part part) const {
    return coupling_.problem().keys(members()[member])[c].*part;
  }

  Coupling& coupling_;
  std::vector<sdk::Term const*> terms_;
  Network network_;
  std::vector<sdk::Bits> bits_;
  Branch branch_;
  Cost term_floor_ = 0;  // bounds of the terms over the whole domains
  std::vector<std::uint32_t> best_;
  Cost value_ = forbidden, bound_ = std::numeric_limits<Cost>::min();
  bool infeasible_ = false, prepared_ = false;
  std::uint64_t nodes_of_descents_ = 0;
};

}  // namespace conductor::plugins::solver::optimal
