// One demand that its tests leave empty is a conflict by itself and needs no search. Otherwise the set is divided in
// halves (QuickXplain), which takes few searches when few members matter.
#include "services/solver/conflict.hpp"

#include "services/solver/relaxation.hpp"

namespace conductor::services::solver {
namespace {

class ConflictSearch {
 public:
  explicit ConflictSearch(Feasibility& feasibility) : feasibility_(feasibility), facts_(feasibility.facts()) {}

  Conflict run() {
    if (auto conflict = of_one_demand()) return std::move(*conflict);
    // Without tests that empty a demand, one that nothing relates to others can always be chosen.
    auto const related = feasibility_.related(Selection::all(facts_));
    std::vector<Item> items;
    for (std::uint32_t d = 0; d < related.size(); ++d)
      if (related[d]) items.push_back({true, d});
    for (std::size_t u = 0; u < facts_.units().size(); ++u)
      if (concerns(facts_.units()[u], related)) items.push_back({false, u});
    return conflict_of(divide({}, false, items));
  }

 private:
  struct Item {
    bool is_demand;
    std::size_t number;
  };
  using Items = std::vector<Item>;

  Selection nothing() const {
    return {std::vector<bool>(facts_.units().size(), false), std::vector<bool>(facts_.plan().demands.size(), false)};
  }

  bool concerns(Facts::Unit const& unit, std::vector<bool> const& demands) const {
    return std::any_of(unit.rules.begin(), unit.rules.end(), [&](std::size_t r) {
      auto const& list = facts_.rules()[r].constraint->demands;
      return std::any_of(list.begin(), list.end(), [&](auto d) { return demands[d]; });
    });
  }

  // The smallest of those that are about one demand.
  std::optional<Conflict> of_one_demand() const {
    std::optional<Conflict> smallest;
    for (std::uint32_t d = 0; d < facts_.plan().demands.size(); ++d) {
      auto selection = Selection::all(facts_);
      if (any_bit(feasibility_.left(selection, d))) continue;
      Conflict conflict{{}, {d}, true};
      for (std::size_t u = 0; u < selection.units.size(); ++u) {
        selection.units[u] = false;
        if (!any_bit(feasibility_.left(selection, d))) continue;
        selection.units[u] = true;
        conflict.units.push_back(u);
      }
      if (!smallest || conflict.units.size() < smallest->units.size()) smallest = std::move(conflict);
    }
    return smallest;
  }

  Feasibility::Answer test(Items const& items) {
    auto selection = nothing();
    for (auto const& item : items) (item.is_demand ? selection.demands : selection.units)[item.number] = true;
    return feasibility_.test(selection);
  }

  // A minimal part of `items` that is infeasible together with `fixed`; both together are. When the time is over, all
  // of them.
  Items divide(Items const& fixed, bool fixed_grew, Items const& items) {
    if (fixed_grew && !items.empty()) {
      auto const answer = test(fixed);
      if (answer == Feasibility::Answer::infeasible) return {};
      if (answer == Feasibility::Answer::undecided) minimal_ = false;
    }
    if (items.size() <= 1 || !minimal_) return items;
    auto const middle = items.begin() + static_cast<std::ptrdiff_t>(items.size() / 2);
    Items const first(items.begin(), middle), second(middle, items.end());
    auto const of_second = divide(joined(fixed, first), true, second);
    auto const of_first = divide(joined(fixed, of_second), !of_second.empty(), first);
    return joined(of_first, of_second);
  }

  static Items joined(Items items, Items const& more) {
    items.insert(items.end(), more.begin(), more.end());
    return items;
  }

  Conflict conflict_of(Items const& items) const {
    Conflict conflict;
    conflict.minimal = minimal_;
    for (auto const& item : items)
      if (item.is_demand)
        conflict.demands.push_back(static_cast<std::uint32_t>(item.number));
      else
        conflict.units.push_back(item.number);
    std::sort(conflict.units.begin(), conflict.units.end());
    std::sort(conflict.demands.begin(), conflict.demands.end());
    return conflict;
  }

  Feasibility& feasibility_;
  Facts const& facts_;
  bool minimal_ = true;
};

json::object document_of(Facts const& facts, Conflict const& conflict, std::vector<Relaxation> const& relaxations) {
  json::array constraints, demands, changes;
  for (auto const u : conflict.units) constraints.push_back(json::value(facts.units()[u].name));
  for (auto const d : conflict.demands) demands.push_back(json::value(facts.plan().demands[d].name));
  for (auto const& each : relaxations)
    changes.push_back(json::object{{"constraint", each.constraint},
                                   {"property", each.property},
                                   {"from", each.from},
                                   {"to", each.to},
                                   {"unit", each.unit}});
  json::object document{
      {"constraints", std::move(constraints)}, {"demands", std::move(demands)}, {"relaxations", std::move(changes)}};
  if (!conflict.minimal) document["minimal"] = false;
  return document;
}

std::string line_of(Facts const& facts, Conflict const& conflict, std::vector<Relaxation> const& relaxations) {
  std::string line = "no solution: ";
  if (conflict.units.empty()) line += "no usable candidate";
  for (std::size_t i = 0; i < conflict.units.size(); ++i)
    line.append(i == 0 ? "" : ", ").append(facts.units()[conflict.units[i]].name);
  for (std::size_t i = 0; i < conflict.demands.size(); ++i)
    line.append(i == 0 ? (conflict.units.empty() ? " for " : " cannot hold together for ") : ", ")
        .append(facts.plan().demands[conflict.demands[i]].name);
  if (!conflict.minimal) line += ", and perhaps fewer of them cannot; the time was too short to tell";
  for (auto const& each : relaxations)
    line.append("; enough would be ")
        .append(each.constraint + " " + each.property + " " + shortest(each.to))
        .append(each.unit.empty() ? "" : " ")
        .append(each.unit)
        .append(" instead of " + shortest(each.from));
  return line;
}

}  // namespace

Conflict find_conflict(Feasibility& feasibility) { return ConflictSearch(feasibility).run(); }

std::optional<json::object> explain_conflict(sdk::Call const& call, std::shared_ptr<Plan const> plan,
                                             Explaining const& explaining) {
  auto const unexplained = [&](std::string const& why) {
    explaining.log.warning(call, "no explanation of why there is no solution: " + why);
    return std::optional<json::object>();
  };
  auto const facts = Facts::gather(call, std::move(plan), explaining.options, explaining.remote);
  if (!facts) return unexplained(facts.error().text);
  if (!(*facts)->message().empty()) return unexplained((*facts)->message());
  Feasibility feasibility(call, *facts, explaining.strategy, explaining.clock);
  if (!explaining.proven && feasibility.test(Selection::all(**facts)) == Feasibility::Answer::feasible)
    return unexplained("its constraints can be satisfied, although the search found no solution");
  auto const conflict = find_conflict(feasibility);
  auto const relaxations = find_relaxations(feasibility, conflict);
  explaining.log.info(call, line_of(**facts, conflict, relaxations));
  return document_of(**facts, conflict, relaxations);
}

}  // namespace conductor::services::solver
