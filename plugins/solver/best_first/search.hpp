// Search: best-first search over paths of a Space. The path with the least bound is lengthened first, so the first
// complete path that is no worse than every other bound is best. A path's further candidates wait as one entry for all,
// which the next of them replaces when it is its turn. When the memory for paths is used up, what lies below the path
// in turn is searched depth first, which takes none; nothing is left out.
#pragma once
#include "space.hpp"

#include <functional>
#include <queue>

namespace conductor::plugins::solver::best_first {

class Search {
 public:
  enum class End {
    complete,  // best() is the cheapest below the limit, or there is none
    found,     // first_only, and there is one
    stopped    // the time is up
  };
  struct Limits {
    Cost below = forbidden;  // only assignments that cost less
    bool first_only = false;
  };

  // All outlive the object. `bytes`: about what paths may take.
  Search(Coupling& coupling, Space& space, std::size_t bytes)
      : coupling_(coupling), problem_(coupling.problem()), space_(space), bytes_(bytes) {}

  // Called with each better assignment and each better lower bound.
  std::function<void(sdk::Assignment const&, Cost)> on_incumbent;
  std::function<void(Cost)> on_bound;
  std::vector<sdk::Assignment> excluded;  // are no answers

  End run(Domains const& domains, Limits const& limits);
  sdk::Assignment const& best() const { return best_; }  // empty when none was found
  Cost best_cost() const { return below_; }              // of best()
  // No assignment costs less that is below the limit, also after a run that was stopped.
  Cost bound() const { return std::min(open_, below_); }
  std::uint64_t nodes() const { return nodes_; }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  struct Node {  // a path
    std::uint32_t parent, candidate, length;
    Cost bound;
    Cost rest;  // of its own bound, without the next demand: rest + cost of a candidate bounds what lies below that one
  };
  struct Entry {  // the candidate of a node that comes next, for itself and those after it
    Cost bound;
    Value value;
    std::uint32_t length, node;
    // The queue gives the greatest: least bound, then the longest path, then the oldest.
    bool operator<(Entry const& other) const {
      if (bound != other.bound) return bound > other.bound;
      if (length != other.length) return length < other.length;
      if (node != other.node) return node > other.node;
      return value > other.value;
    }
  };

  bool step(Entry const& entry);
  bool examine(Entry const& entry);
  void add(std::uint32_t parent, std::uint32_t candidate, Cost own_bound, Cost bound);
  void offer(std::uint32_t node, Value const* after);
  bool dive(Cost own_bound);
  void leaf();
  bool is_full() const { return nodes_kept_.size() * sizeof(Node) + queue_.size() * sizeof(Entry) >= bytes_ / 2; }
  bool is_done() const { return limits_.first_only && !best_.empty(); }
  Path path_of(std::uint32_t node) const;

  Coupling& coupling_;
  sdk::Problem const& problem_;
  Space& space_;
  std::size_t const bytes_;
  Limits limits_;
  std::vector<Node> nodes_kept_;
  std::priority_queue<Entry> queue_;
  sdk::Assignment best_;
  Cost below_ = forbidden, open_ = forbidden;
  std::uint64_t nodes_ = 0;
};

}  // namespace conductor::plugins::solver::best_first
