// Soft constraints (solver specification 21.2): what violations cost. A penalty counts once per demand for a test, once
// per pair for a relation, once for a group; a weight counts each unit beyond the limit.
#include "services/solver/soft.hpp"

#include "services/solver/objective.hpp"

namespace conductor::services::solver {
namespace {

Score of_violation(Constraint const& constraint, bool violated) { return {violated ? *constraint.penalty : 0.0, 0}; }

// Missing data has no excess: a gap.
Score of_excess(Constraint const& constraint, std::optional<double> excess) {
  if (!excess) return {0, 1};
  return {*constraint.weight * *excess, 0};
}

// Whether the tests of a rule keep a candidate.
bool tests_hold(Rule const& rule, std::uint32_t demand, std::uint32_t candidate) {
  return (!rule.local || rule.local->keeps(demand, candidate)) &&
         (!rule.remote || rule.remote->keeps(demand, candidate));
}

bool has_tests(Rule const& rule) { return (rule.local || rule.remote) && !rule.tests_are_implied; }

class SoftTest final : public UnaryPart {
 public:
  explicit SoftTest(Rule const& rule) : rule_(rule) {}
  Score score(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const& constraint = *rule_.constraint;
    auto const& list = constraint.demands;
    if (std::find(list.begin(), list.end(), demand) == list.end()) return {};
    if (constraint.penalty) return of_violation(constraint, !tests_hold(rule_, demand, candidate));
    return of_excess(constraint, rule_.local->excess(demand, candidate));
  }

 private:
  Rule const& rule_;
};

class SoftPair final : public PairPart {
 public:
  SoftPair(Rule const& rule, std::uint32_t first, std::uint32_t second, double most)
      : PairPart(std::min(first, second), std::max(first, second)), rule_(rule), turned_(first > second), most_(most) {}
  Score score(std::uint32_t of_first, std::uint32_t of_second) const override {
    // The order of the list counts where links have a direction.
    auto const one = turned_ ? second() : first(), other = turned_ ? first() : second();
    if (turned_) std::swap(of_first, of_second);
    auto const& constraint = *rule_.constraint;
    if (constraint.penalty)
      return of_violation(constraint, rule_.relation->truth(one, of_first, other, of_second) != Truth::yes);
    return of_excess(constraint, rule_.relation->excess(one, of_first, other, of_second));
  }
  std::uint64_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    return rule_.relation->signature(demand, candidate);
  }
  Range range() const override { return {0, most_, rule_.constraint->weight ? 1U : 0U}; }

 private:
  Rule const& rule_;
  bool turned_;
  double most_;
};

class SoftGroup final : public TermPart {
 public:
  explicit SoftGroup(Rule const& rule) : rule_(rule), scope_(rule.constraint->demands) {
    std::sort(scope_.begin(), scope_.end());
  }
  std::span<std::uint32_t const> scope() const override { return scope_; }
  void number(std::uint32_t, std::span<std::uint32_t const>) override {}  // the rule's part is numbered with the rules
  Score score(Chosen const& chosen) const override {
    return of_violation(*rule_.constraint, !rule_.nary->holds(chosen));
  }
  Score bound(std::span<sdk::Bits const> domains) const override {
    return of_violation(*rule_.constraint, !rule_.nary->possible(domains));
  }
  Range range() const override { return {0, *rule_.constraint->penalty, 0}; }

 private:
  Rule const& rule_;
  std::vector<std::uint32_t> scope_;
};

template <class Visit>
void for_each_pair(std::vector<std::uint32_t> const& demands, Visit const& visit) {
  for (std::size_t i = 0; i < demands.size(); ++i)
    for (std::size_t j = i + 1; j < demands.size(); ++j) visit(demands[i], demands[j]);
}

bool violates(Rule const& rule, std::span<std::uint32_t const> choice) {
  bool violated = false;
  auto const& demands = rule.constraint->demands;
  if (has_tests(rule))
    for (auto const d : demands) violated |= !tests_hold(rule, d, choice[d]);
  if (rule.relation)
    for_each_pair(demands,
                  [&](auto a, auto b) { violated |= rule.relation->truth(a, choice[a], b, choice[b]) != Truth::yes; });
  if (rule.nary) violated |= !rule.nary->holds(Chosen(choice));
  return violated;
}

}  // namespace

void add_soft_constraints(Plan const&, Filtered const& filtered, Parts& parts) {
  for (auto const& rule : filtered.rules) {
    auto const& constraint = *rule.constraint;
    if (!constraint.soft()) continue;
    if (has_tests(rule)) parts.unary.push_back(std::make_unique<SoftTest>(rule));
    if (rule.relation)
      for_each_pair(constraint.demands, [&](auto a, auto b) {
        auto const most =
            constraint.penalty ? *constraint.penalty : *constraint.weight * rule.relation->most_excess().value();
        parts.pairs.push_back(std::make_unique<SoftPair>(rule, a, b, most));
      });
    if (rule.nary) parts.terms.push_back(std::make_unique<SoftGroup>(rule));
  }
}

std::vector<std::string> violated_constraints(Filtered const& filtered, std::span<std::uint32_t const> choice) {
  std::vector<std::string> names;
  for (auto const& rule : filtered.rules) {
    if (!rule.constraint->soft() || !violates(rule, choice)) continue;
    auto const& name = rule.constraint->name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace conductor::services::solver
