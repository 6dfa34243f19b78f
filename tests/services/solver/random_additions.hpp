// Random small plans with everything that this product adds to the original: soft constraints, groups, thresholds,
// identities, the generic grammar, latency, moves. Values are small integers, so that ties and gaps are common.
#pragma once
#include "fixture.hpp"

#include <random>

namespace conductor::tests::solver {

class RandomAdditions {
 public:
  explicit RandomAdditions(unsigned seed);
  PlanDocument plan;
  json::object countries, placeholders, roles, hosts;
  std::optional<double> move_cost;
  Options options;

 private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  bool chance(int of) { return pick(1, of) == 1; }
  std::string name() { return names_[static_cast<std::size_t>(pick(0, static_cast<int>(names_.size()) - 1))]; }
  json::array several(int least);
  void add_demand(int index);
  json::object candidate();
  json::object leaf_constraint();
  json::object pair_constraint();
  json::object group(int depth);
  void add_constraint(int index);
  void add_operand();
  json::object distance(bool soft);
  json::object network();
  void add_network_model();
  json::object function();
  json::object node(int depth);
  void add_latency_rules();

  std::mt19937 random_;
  std::vector<std::string> names_;
};

}  // namespace conductor::tests::solver
