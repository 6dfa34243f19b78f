// Branch: depth-first branch and bound over a Network, with forward checking. The bound of a node is the floor, the
// costs decided so far and the least of what remains in each undecided domain; terms add their own bound. The demand
// with the smallest domain in relation to its failures is decided next, cheapest candidates first.
#pragma once
#include "network.hpp"

#include <functional>

namespace conductor::plugins::solver::optimal {

class Branch {
 public:
  struct Limits {
    Cost below = forbidden;  // only assignments that cost less
    bool first_only = false;
    std::uint64_t nodes = std::numeric_limits<std::uint64_t>::max();
  };
  enum class End {
    complete,  // the space was searched: best() is optimal, or there is none below the limit
    found,     // first_only and there is one
    stopped    // node limit or ticker
  };

  // terms: those within the members. bits: a domain for each demand of the problem, of which those outside the members
  // stay as they are. All outlive the object.
  Branch(Coupling& coupling, Network const& network, std::vector<sdk::Term const*> const& terms,
         std::vector<sdk::Bits> const& bits);

  // Called with each better assignment (candidates by member), and with each better lower bound.
  std::function<void(std::vector<std::uint32_t> const&, Cost)> on_incumbent;
  std::function<void(Cost)> on_bound;

  End run(Domains const& domains, Limits const& limits);
  std::vector<std::uint32_t> const& best() const { return best_; }  // by member; empty when none was found
  Cost best_cost() const { return below_; }                         // of best()
  // No assignment below the limit costs less, also after a run that was stopped.
  Cost bound() const { return std::min(open_, below_); }
  std::uint64_t nodes() const { return nodes_; }

 private:
  struct Value {
    Cost cost;
    std::uint32_t candidate;
  };
  using Values = std::vector<Value>;
  // Where a member's values at some depth stand: at the last depth that changed them.
  struct View {
    std::size_t depth = 0;
    Cost least = forbidden;
  };

  bool node(std::size_t depth, Cost decided);
  bool leaf(Cost decided);
  bool branch(std::size_t depth, Cost decided, Cost lower, std::uint32_t member);
  bool narrow(std::size_t depth, std::uint32_t member, Value const& value, Cost lower);
  bool filter(Network::Arc const& arc, unsigned end, std::uint32_t c, Cost room, Values const& from, Values& to);
  Cost term_bounds(std::size_t depth);
  std::size_t work_of(sdk::Term const& term) const;
  std::uint32_t choose(std::size_t depth) const;
  static Cost least(Values const& values);
  Values const& values(std::size_t depth, std::size_t member) const {
    return levels_[views_[depth][member].depth][member];
  }

  Coupling& coupling_;
  Network const& network_;
  std::vector<sdk::Term const*> const& terms_;
  Limits limits_;
  Cost below_ = forbidden, open_ = forbidden;
  Cost term_floor_ = 0;  // bounds of the terms over the domains of this run
  std::uint64_t nodes_ = 0, nodes_at_start_ = 0;
  std::vector<std::uint32_t> best_, chosen_;
  std::vector<bool> decided_;
  std::vector<std::uint64_t> failures_;        // by member
  std::vector<std::vector<Values>> levels_;    // by depth and member
  std::vector<std::vector<View>> views_;       // likewise
  std::vector<sdk::Bits> bits_;                // what terms see; spans of words_ for the members
  std::vector<std::vector<sdk::Word>> words_;  // by member
  sdk::Assignment assignment_;                 // of the whole problem, for terms
};

}  // namespace conductor::plugins::solver::optimal
