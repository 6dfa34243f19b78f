// Dominance: of candidates of one demand that stand in the same relation, at the same cost, to everything around them,
// only the best by its own key can be in the answer. Worth its price - it looks at every row - when a search turns out
// hard: many candidates in few zones are the case it is for. Not for components with terms, which tell candidates apart
// in ways that rows do not show.
#pragma once
#include "network.hpp"

namespace conductor::plugins::solver::optimal {

struct Dominated {
  std::uint32_t candidate = 0, by = 0;
  Cost dearer = 0;  // how much more the candidate costs than the one that takes its place; >= 0
};

// Candidates in the member's domain that others in it dominate. Empty when the ticker ended the search.
std::vector<Dominated> dominated(Network const& network, Coupling& coupling, std::size_t member);

}  // namespace conductor::plugins::solver::optimal
