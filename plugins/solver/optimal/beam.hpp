// A good assignment of a tree-shaped component, quickly: dynamic programming from the leaves to the root that looks
// only at the cheapest candidates of each member. What it finds is a ceiling for the exact computation, which then
// leaves out most candidates without looking at their rows.
#pragma once
#include "network.hpp"

namespace conductor::plugins::solver::optimal {

// Candidates by member, with their cost including the network's floor; empty when the beam met no assignment or the
// ticker ended it. The network is acyclic and settled, and nothing has been pushed over its arcs.
struct BeamResult {
  std::vector<std::uint32_t> best;
  Cost value = forbidden;
};
BeamResult beam(Network const& network, Coupling& coupling, std::size_t width);

}  // namespace conductor::plugins::solver::optimal
