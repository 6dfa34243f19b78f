// Latency groups (solver specification 9): in which order countries are preferred from a place. Rules come from the
// store by way of Answers; the form of their rows is core/model/latency_rules.hpp.
#pragma once
#include "services/placement/model.hpp"
#include "services/placement/remote.hpp"

#include <map>

namespace conductor::services::solver {

using namespace placement;

// One resolved rule.
class LatencyOrder {
 public:
  // The place of a country's group from 0; nothing when it is in no group. Unknown countries stand in the group of all
  // others, where there is one.
  std::optional<std::uint32_t> place(Symbol country) const {
    auto const found = places_.find(country);
    return found == places_.end() ? others_ : std::optional(found->second);
  }
  std::uint32_t groups() const { return groups_; }

 private:
  friend class LatencyRules;
  std::map<Symbol, std::uint32_t> places_;
  std::optional<std::uint32_t> others_;  // a last group `*`
  std::uint32_t groups_ = 0;
};

// The orders that the objective of a plan needs.
class LatencyRules {
 public:
  // Resolves what the plan's latency operands use; warnings name what was left out of a rule.
  void resolve(Plan const& plan, Answers const& answers, std::vector<std::string>& warnings);

  // Null: neither the location's country nor `*` has a rule.
  LatencyOrder const* of_location(std::uint32_t location) const { return at(locations_, location); }
  // As seen from a candidate in that country.
  LatencyOrder const* of_country(Symbol country) const { return at(countries_, country); }
  // Of any of these orders.
  std::uint32_t most_groups() const { return most_groups_; }

 private:
  using Orders = std::map<std::uint32_t, std::optional<LatencyOrder>>;
  static LatencyOrder const* at(Orders const& orders, std::uint32_t key) {
    auto const found = orders.find(key);
    return found == orders.end() || !found->second ? nullptr : &*found->second;
  }
  Orders locations_, countries_;
  std::uint32_t most_groups_ = 0;
};

// Whether the plan's objective has latency operands, which need the rules.
bool needs_latency_rules(Plan const& plan);

}  // namespace conductor::services::solver
