// Space: the candidates that a path of decisions leaves to each demand, and the least that its completions can cost.
// The demands are decided in one fixed order, so a path is a list of candidates. One path at a time; going to another
// one keeps what the two have in common.
#pragma once
#include "common/cost.hpp"
#include "common/coupling.hpp"

namespace conductor::plugins::solver::best_first {

using Domains = std::vector<std::vector<std::uint32_t>>;  // candidates by demand, ascending
using Path = std::vector<std::uint32_t>;                  // candidates in the order in which demands are decided

struct Value {
  Cost cost = 0;  // own cost and pair costs to the demands of the path
  std::uint32_t candidate = 0;
  auto operator<=>(Value const&) const = default;
};
using Values = std::vector<Value>;

class Space {
 public:
  // `order` holds each demand once. The coupling outlives the object.
  Space(Coupling& coupling, std::vector<std::uint32_t> order);

  // Starts anew with the empty path. False when a demand has no candidate.
  bool reset(Domains const& domains);
  // Appends a candidate of the next demand. False when some demand has no candidate left then, or the time is up.
  bool append(std::uint32_t candidate);
  void shorten(std::size_t length) { path_.resize(length); }
  // False when the time is up. `path` must have been reached by append() before.
  bool go_to(Path const& path);

  Path const& path() const { return path_; }
  bool complete() const { return path_.size() == order_.size(); }
  // What is left to the next demand.
  Values const& values() const { return levels_[path_.size()][order_[path_.size()]]; }
  Cost least() const { return least_of(values()); }
  // At most the cost of each completion of the path: what is decided, the least of each undecided demand, of each pair
  // that is still open, and of each term. Worthless when the time is up.
  Cost bound();
  // Of a complete path.
  sdk::Assignment assignment() const;

 private:
  static Cost least_of(Values const& values);
  Cost term_bounds();

  Coupling& coupling_;
  sdk::Problem const& problem_;
  std::vector<std::uint32_t> const order_;
  std::vector<std::size_t> place_;           // of each demand in the order
  std::vector<Cost> open_pairs_;             // by length of the path: the least of pairs of undecided demands
  std::vector<std::vector<Values>> levels_;  // by length of the path and demand
  std::vector<Cost> decided_;                // by length of the path
  Path path_;
  std::vector<std::vector<sdk::Word>> words_;  // by demand
  std::vector<sdk::Bits> bits_;                // what terms see: spans of words_
};

}  // namespace conductor::plugins::solver::best_first
