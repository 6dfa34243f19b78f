// What tests and relations do unless a type knows better.
#include "services/placement/rule.hpp"

#include <cmath>

namespace conductor::services::placement {

Truth Test::truth(std::uint32_t demand, std::uint32_t candidate) const {
  if (keeps(demand, candidate)) return Truth::yes;
  return why(demand, candidate).missing ? Truth::unknown : Truth::no;
}

std::optional<double> Test::excess(std::uint32_t demand, std::uint32_t candidate) const {
  if (keeps(demand, candidate)) return 0.0;
  auto const drop = why(demand, candidate);
  if (drop.missing || !drop.value || !drop.limit) return std::nullopt;
  return std::abs(*drop.value - *drop.limit);
}

Drop Relation::why(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) const {
  return {.reason = "pair", .text = "the constraint does not hold for the two"};
}

std::optional<double> Relation::excess(std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) const {
  return std::nullopt;
}

}  // namespace conductor::services::placement
