// Tests are settled with bits; only relations and restrictions need a search, by the same way as the plan's own:
// survivors, dense problem, strategy.
#include "services/solver/feasibility.hpp"

#include "services/solver/dense.hpp"

#include <atomic>
#include <bit>

namespace conductor::services::solver {
namespace {

// A complete assignment proves feasibility, even when the strategy does not come back in time.
class AnyIncumbent final : public sdk::ProgressSink {
 public:
  void incumbent(sdk::Assignment const&, sdk::Cost) override { found_ = true; }
  void bound(sdk::Cost) override {}
  bool found() const { return found_; }

 private:
  std::atomic<bool> found_ = false;
};

std::shared_ptr<Plan const> skeleton_of(Plan const& plan) {
  auto skeleton = std::make_shared<Plan>();
  for (auto const& demand : plan.demands) {
    auto& own = skeleton->demands.emplace_back();
    own.name = demand.name;
    own.costs.assign(std::max<std::size_t>(demand.size(), 1), 0.0);
  }
  return skeleton;
}

std::vector<std::uint32_t> members_of(Bitset const& bits) {
  std::vector<std::uint32_t> members;
  for (std::size_t w = 0; w < bits.size(); ++w)
    for (auto word = bits[w]; word != 0; word &= word - 1)
      members.push_back(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(word))));
  return members;
}

void intersect(Bitset& bits, Bitset const& with) {
  for (std::size_t w = 0; w < bits.size(); ++w) bits[w] &= with[w];
}

std::vector<std::uint32_t> selected_of(Constraint const& constraint, Selection const& selection) {
  std::vector<std::uint32_t> demands;
  for (auto const d : constraint.demands)
    if (selection.demands[d]) demands.push_back(d);
  return demands;
}

// Whether the rule still says something about several demands at once.
bool relates(Rule const& rule, std::size_t selected) {
  return (rule.relation && selected > 1) || (rule.nary && selected == rule.constraint->demands.size());
}

}  // namespace

// What a search is given, and all that it refers to.
struct Feasibility::Kept : Filtered {
  std::shared_ptr<Facts const> facts;
  std::deque<Constraint> restricted;
  Changes changes;
};

bool any_bit(Bitset const& bits) {
  return std::any_of(bits.begin(), bits.end(), [](auto word) { return word != 0; });
}

std::shared_ptr<ChangedConstraint const> ChangedConstraint::of(Constraint const& original, json::object properties) {
  auto changed = std::make_shared<ChangedConstraint>(ChangedConstraint{std::move(properties), original});
  changed->constraint.properties = &changed->properties;
  return changed;
}

Feasibility::Feasibility(sdk::Call call, std::shared_ptr<Facts const> facts, plugin::Strategy& strategy,
                         sdk::Clock& clock)
    : call_(std::move(call)),
      facts_(std::move(facts)),
      strategy_(strategy),
      clock_(clock),
      skeleton_(skeleton_of(facts_->plan())) {}

void Feasibility::pin(std::uint32_t demand, std::vector<std::uint32_t> const& candidates) {
  Bitset bits((facts_->plan().demands[demand].size() + 63) / 64, 0);
  for (auto const c : candidates) bits[c / 64] |= sdk::Word{1} << (c % 64);
  pinned_[demand] = std::move(bits);
}

Bitset Feasibility::left(Selection const& selection, std::uint32_t demand, Changes const& changes) const {
  auto const count = facts_->plan().demands[demand].size();
  Bitset bits((count + 63) / 64, ~sdk::Word{0});
  if (count % 64 != 0) bits.back() = (sdk::Word{1} << (count % 64)) - 1;
  if (auto const pinned = pinned_.find(demand); pinned != pinned_.end()) intersect(bits, pinned->second);
  for (std::size_t u = 0; u < selection.units.size(); ++u) {
    if (!selection.units[u]) continue;
    for (auto const r : facts_->units()[u].rules) {
      auto const* kept = facts_->kept(r, demand);
      if (kept == nullptr) continue;
      if (auto const changed = changes.find(r); changed != changes.end())
        intersect(bits, kept_by(facts_->prepare(changed->second->constraint), facts_->plan().demands[demand], demand));
      else
        intersect(bits, *kept);
    }
  }
  return bits;
}

std::vector<bool> Feasibility::related(Selection const& selection) const {
  std::vector<bool> related(selection.demands.size(), false);
  for (std::size_t u = 0; u < selection.units.size(); ++u) {
    if (!selection.units[u]) continue;
    for (auto const r : facts_->units()[u].rules) {
      auto const& rule = facts_->rules()[r];
      auto const demands = selected_of(*rule.constraint, selection);
      if (!relates(rule, demands.size())) continue;
      for (auto const d : demands) related[d] = true;
    }
  }
  return related;
}

// Fresh rules, because a relation is numbered once only. Those of two demands may need exactly these, so they are
// prepared for what is left of their list.
std::shared_ptr<Feasibility::Kept> Feasibility::relations_of(Selection const& selection, Changes const& changes) const {
  auto kept = std::make_shared<Kept>();
  kept->facts = facts_;
  kept->changes = changes;
  for (std::size_t u = 0; u < selection.units.size(); ++u) {
    if (!selection.units[u]) continue;
    for (auto const r : facts_->units()[u].rules) {
      auto const& rule = facts_->rules()[r];
      auto demands = selected_of(*rule.constraint, selection);
      if (!relates(rule, demands.size())) continue;
      auto const changed = changes.find(r);
      auto& constraint =
          kept->restricted.emplace_back(changed == changes.end() ? *rule.constraint : changed->second->constraint);
      constraint.demands = std::move(demands);
      kept->rules.push_back(facts_->prepare(constraint));
    }
  }
  return kept;
}

Feasibility::Answer Feasibility::test(Selection const& selection, Changes const& changes) {
  std::vector<std::vector<std::uint32_t>> survivors(selection.demands.size());
  for (std::uint32_t d = 0; d < survivors.size(); ++d) {
    // One that is left out has any choice: the same for all.
    if (selection.demands[d])
      survivors[d] = members_of(left(selection, d, changes));
    else
      survivors[d] = {0};
    if (survivors[d].empty()) return Answer::infeasible;
  }
  auto kept = relations_of(selection, changes);
  if (kept->rules.empty()) return Answer::feasible;
  if (call_.expired(clock_)) return Answer::undecided;
  kept->survivors = std::move(survivors);
  return search(std::move(kept));
}

Feasibility::Answer Feasibility::search(std::shared_ptr<Kept> kept) {
  auto const dense = std::make_shared<Dense const>(skeleton_, facts_->options(), std::move(kept));
  auto const sink = std::make_shared<AnyIncumbent>();
  auto const solved = strategy_.solve(call_, std::make_shared<SearchProblem>(dense, 1, 0), sink);
  if (sink->found() || (solved && !solved->solutions.empty())) return Answer::feasible;
  return solved && solved->proof == sdk::Proof::infeasible ? Answer::infeasible : Answer::undecided;
}

}  // namespace conductor::services::solver
