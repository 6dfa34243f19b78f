// Random small plans whose candidates have flavors and whose constraints ask for room and rights: hpa with scores and
// thresholds on them, capability, license, vim_fit, instance_fit, region_fit, beside limits between demands.
#pragma once
#include "fixture.hpp"

#include <random>

namespace conductor::tests::solver {

class RandomRooms {
 public:
  explicit RandomRooms(unsigned seed);
  PlanDocument plan;
  Options options;                          // licence pools
  std::map<std::string, std::string> full;  // as FakeRemote has it: VIMs and candidates without room
  // What the remote side would say if it were asked about everything.
  Answers answers() const;

 private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  bool chance(int of) { return pick(1, of) == 1; }
  std::string name() { return names_[static_cast<std::size_t>(pick(0, static_cast<int>(names_.size()) - 1))]; }
  void add_demand(int index);
  json::object flavor(int index);
  void add_constraint(int index);
  json::object hpa();
  json::object room();
  void add_operand();

  std::mt19937 random_;
  std::vector<std::string> names_;
};

}  // namespace conductor::tests::solver
