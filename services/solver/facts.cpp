#include "services/solver/facts.hpp"

#include "services/constraints/table.hpp"

namespace conductor::services::solver {
namespace {

// The first test that drops the candidate; null when all keep it.
Test const* dropping(Rule const& rule, std::uint32_t demand, std::uint32_t candidate) {
  for (auto const* test : {rule.local.get(), rule.remote.get(), rule.late.get()})
    if (test && !test->keeps(demand, candidate)) return test;
  return nullptr;
}

}  // namespace

Bitset kept_by(Rule const& rule, Demand const& pool, std::uint32_t demand) {
  Bitset kept((pool.size() + 63) / 64, 0);
  for (std::uint32_t c = 0; c < pool.size(); ++c)
    if (!dropping(rule, demand, c)) kept[c / 64] |= sdk::Word{1} << (c % 64);
  return kept;
}

sdk::Result<std::shared_ptr<Facts const>> Facts::gather(sdk::Call const& call, std::shared_ptr<Plan const> plan,
                                                        Options const& options, Remote& remote) {
  std::shared_ptr<Facts> facts(new Facts(std::move(plan), options));
  auto prepared = prepare_rules(call, *facts->plan_, facts->options_, remote);
  if (!prepared) return prepared.error();
  facts->prepared_ = std::move(*prepared);
  facts->evaluate();
  return std::shared_ptr<Facts const>(std::move(facts));
}

// In the order of the rules: the score that a threshold looks at is what hpa tests have written down before.
void Facts::evaluate() {
  for (std::size_t r = 0; r < rules().size(); ++r) {
    auto const& rule = rules()[r];
    auto& of_rule = kept_.emplace_back();
    if (rule.constraint->soft()) continue;
    auto unit = std::find_if(units_.begin(), units_.end(),
                             [&](Unit const& each) { return each.name == rule.constraint->name; });
    if (unit == units_.end()) unit = units_.insert(unit, {rule.constraint->name, {}});
    unit->rules.push_back(r);
    if (!rule.local && !rule.remote && !rule.late) continue;
    for (auto const d : rule.constraint->demands) of_rule.push_back(kept_by(rule, plan_->demands[d], d));
  }
}

Bitset const* Facts::kept(std::size_t rule, std::uint32_t demand) const {
  auto const& list = rules()[rule].constraint->demands;
  auto const place = static_cast<std::size_t>(std::find(list.begin(), list.end(), demand) - list.begin());
  return place < kept_[rule].size() ? &kept_[rule][place] : nullptr;
}

std::vector<std::pair<Constraint const*, Drop>> Facts::drops(std::uint32_t demand, std::uint32_t candidate) const {
  std::vector<std::pair<Constraint const*, Drop>> drops;
  for (std::size_t r = 0; r < rules().size(); ++r) {
    auto const* bits = kept(r, demand);
    if (bits == nullptr || sdk::test_bit(*bits, candidate)) continue;
    auto const& rule = rules()[r];
    drops.emplace_back(rule.constraint, dropping(rule, demand, candidate)->why(demand, candidate));
  }
  return drops;
}

Rule Facts::prepare(Constraint const& constraint) const {
  // What it would ask has been asked for the constraint of the plan.
  Questions asked;
  auto rule = constraint.type->prepare(
      constraint, {*plan_, options_, asked, prepared_->answers, prepared_->annotations, prepared_->sieves});
  rule.constraint = &constraint;
  return rule;
}

}  // namespace conductor::services::solver
