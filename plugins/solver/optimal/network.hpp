// Network: the costs of one connected component of the problem, written so that a lower bound stands in plain sight.
//
// Every assignment costs floor() + the sum of unary costs + the sum of arc costs, and all of these but the floor are >=
// 0. push() moves costs between an arc and its two ends without changing any assignment's sum; what all candidates of a
// demand must pay then moves to the floor. On a tree the floor becomes the optimum, elsewhere it approaches that of the
// linear relaxation. Candidates that cannot belong to an assignment of at most ceiling() are dropped on the way, which
// includes arc consistency. Terms are not seen here; their bound is subtracted from the ceiling by the owner.
#pragma once
#include "common/cost.hpp"
#include "common/coupling.hpp"

#include <array>
#include <optional>

namespace conductor::plugins::solver::optimal {

// Candidate indices of each demand, ascending.
using Domains = std::vector<std::vector<std::uint32_t>>;

class Network {
 public:
  struct Arc {
    std::array<std::uint32_t, 2> ends;       // positions in members()
    std::array<Link const*, 2> links;        // links[i] leads from ends[i] to the other end
    std::array<std::vector<Cost>, 2> moved;  // by candidate of ends[i]: cost moved from the arc to that end
    bool restricts = false, has_cost = false;
    Cost least = 0;      // of the pair's costs; stands in the floor
    int rows_from = -1;  // end whose rows of costs push() asks for, one direction being enough; -1: none yet
  };

  // members: demands of the problem; domains and unary: by member, unary by candidate. The domains are not empty.
  Network(Coupling& coupling, std::vector<std::uint32_t> members, Domains domains,
          std::vector<std::vector<Cost>> unary);

  std::vector<std::uint32_t> const& members() const { return members_; }
  Domains const& domains() const { return live_; }
  std::vector<Arc> const& arcs() const { return arcs_; }
  // Arcs at a member, as (arc, which of its ends the member is).
  std::vector<std::pair<std::uint32_t, unsigned>> const& arcs_of(std::size_t member) const { return arcs_of_[member]; }
  Cost floor() const { return floor_; }
  Cost unary(std::size_t member, std::uint32_t c) const { return unary_[member][c]; }
  // What is left on the arc for this pair of candidates; forbidden when they cannot stand together.
  Cost arc_cost(Arc const& arc, std::uint32_t c0, std::uint32_t c1) const;
  bool acyclic() const { return acyclic_; }
  // Members by distance from the first one of each tree; pull_to_front() makes costs stand at the front of this order.
  std::vector<std::uint32_t> const& order() const { return order_; }
  std::uint64_t rows_scanned() const { return rows_scanned_; }

  // Assignments above it are of no interest.
  void set_ceiling(Cost ceiling) { ceiling_ = ceiling; }
  Cost ceiling() const { return ceiling_; }

  // All operations below return false when a domain ran empty (no assignment within the ceiling) or when the ticker
  // ended the search (ask it); the network is valid either way.

  // Moves minima to the floor and drops candidates above the ceiling. Comes before everything else.
  bool settle();
  // Forward and backward over the order, each demand sharing its cost among the arcs ahead. One pass solves a tree.
  bool sweep();
  // Tree only: afterwards floor() + unary(root, c) is the exact least cost of an assignment with candidate c at root.
  bool pull_to(std::size_t root);
  // Tree only, after pull_to(root): the other way, so that every candidate carries what the best assignment with it
  // costs above the floor, as far as that is below the ceiling.
  bool spread_from(std::size_t root);
  // Tree only, after pull_to(order().front()): candidates by member, the first ones, that cost no more than the floor.
  // Empty when there are none, as there may be after the ticker ended an operation.
  std::vector<std::uint32_t> free_assignment() const;
  // Keeps only the candidates for which keep(c) holds.
  template <class Keep>
  bool restrict_to(std::size_t member, Keep keep) {
    std::erase_if(live_[member], [&](std::uint32_t c) { return !keep(c); });
    return !live_[member].empty();
  }

 private:
  void find_order();
  bool settle(std::size_t member);
  bool push(Arc& arc, unsigned from, Cost share);
  void reach_by_rows(Arc& arc, unsigned from);
  void reach_rest_by_rows(Arc& arc, unsigned from);
  void list_offers(std::size_t candidates);
  Cost least_offer_in(sdk::Word const* row) const;
  void reach_by_costs(Arc& arc, unsigned from);
  void find_partners(sdk::Word const* row, Cost offer);
  template <class Done>
  void close(Done done, Cost offer);
  void reach_by_costs_of_targets(Arc& arc, unsigned from);
  bool pull_from_children(std::size_t member, std::size_t parent_arc);
  bool spread_to_children(std::size_t member, std::size_t parent_arc);
  std::optional<std::uint32_t> free_beside(std::size_t member, Arc const* arc, unsigned end, std::uint32_t c) const;
  void sort_offers();

  Coupling& coupling_;
  std::vector<std::uint32_t> members_;
  Domains live_;
  std::vector<std::vector<Cost>> unary_;
  std::vector<Arc> arcs_;
  std::vector<std::vector<std::pair<std::uint32_t, unsigned>>> arcs_of_;
  std::vector<std::uint32_t> order_, place_;  // place_ is the inverse of order_
  bool acyclic_ = true;
  Cost floor_ = 0, ceiling_ = forbidden;
  std::uint64_t rows_scanned_ = 0;

  // Scratch of push().
  struct Offer {
    Cost value;
    std::uint32_t candidate;
  };
  std::vector<Offer> offers_, unsorted_;  // the latter lends its memory
  // A closing looks at every open candidate, a row at a bit of each.
  static std::size_t offers_until_closing(std::size_t open) { return 8 + open / 32; }
  std::vector<Cost> best_, allowance_;  // by candidate of the target
  std::vector<std::uint32_t> open_;     // candidates of the target that further offers may reach
  std::vector<sdk::Word> todo_;         // the same as bits
  std::vector<std::uint32_t> partners_;
  // For candidates of the target that look for offers. Many words need no look, as what is in them is too dear.
  struct OfferedWord {
    Cost least = forbidden;
    sdk::Word bits = 0;
    std::uint32_t place = 0;
  };
  std::vector<OfferedWord> offered_;  // by falling promise
  std::vector<Cost> offer_of_;        // by candidate
};

}  // namespace conductor::plugins::solver::optimal
