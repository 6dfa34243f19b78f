// any_of and not as constraints: a test when their members touch one demand, a relation when two, a restriction on
// several at once when more.
#include "services/constraints/types/group/tree.hpp"
#include "services/placement/class_rows.hpp"

namespace conductor::services::constraints {
namespace {

// For one demand; elsewhere it only asks on behalf of the members.
class GroupTest final : public Test {
 public:
  GroupTest(std::shared_ptr<Group const> group, Constraint const& constraint)
      : group_(std::move(group)), constraint_(constraint), decides_(constraint.demands.size() == 1) {}
  void ask(std::uint32_t demand, std::uint32_t candidate, Questions& questions) const override {
    group_->ask(demand, candidate, questions);
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    return !decides_ || of(demand, candidate) == Truth::yes;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    if (of(demand, candidate) == Truth::unknown)
      return {.reason = "group", .text = "data that a member needs is missing", .missing = true};
    return {.reason = "group",
            .text = constraint_.type->members == Members::one ? "the member under 'not' holds"
                                                              : "no member of 'any_of' holds"};
  }

 private:
  Truth of(std::uint32_t demand, std::uint32_t candidate) const {
    std::vector<std::uint32_t> places(demand + 1, 0);
    places[demand] = candidate;
    return group_->truth(Chosen(places));
  }
  std::shared_ptr<Group const> group_;
  Constraint const& constraint_;
  bool decides_;
};

class GroupRelation final : public ClassRelation {
 public:
  GroupRelation(std::shared_ptr<Group> group, std::size_t demands) : ClassRelation(demands), group_(std::move(group)) {}

  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    group_->number(demand, numbering);
    number_by(demand, numbering, [&](auto candidate) { return group_->fingerprint(demand, candidate); });
  }
  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    std::vector<std::uint32_t> places(std::max(demand, other) + 1, 0);
    places[demand] = candidate;
    places[other] = partner;
    return group_->truth(Chosen(places));
  }

 private:
  std::shared_ptr<Group> group_;
};

class GroupRestriction final : public Nary {
 public:
  explicit GroupRestriction(std::shared_ptr<Group> group) : group_(std::move(group)) {}
  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    group_->number(demand, numbering);
  }
  bool holds(Chosen const& chosen) const override { return group_->truth(chosen) == Truth::yes; }
  bool possible(std::span<sdk::Bits const> domains) const override { return group_->possible(domains); }

 private:
  std::shared_ptr<Group> group_;
};

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  auto const group = std::make_shared<Group>(constraint, preparation);
  Rule rule;
  auto const demands = constraint.demands.size();
  bool const remote = group->has_remote_tests();
  if (demands == 1 || remote) (remote ? rule.remote : rule.local) = std::make_unique<GroupTest>(group, constraint);
  if (demands == 2) rule.relation = std::make_unique<GroupRelation>(group, preparation.plan.demands.size());
  if (demands > 2) rule.nary = std::make_unique<GroupRestriction>(group);
  rule.tests_are_implied = demands > 1;
  return rule;
}

Opinion any(std::span<Opinion const> members) {
  auto result = Opinion::no;
  for (auto const each : members) {
    if (each == Opinion::yes) return each;
    if (each == Opinion::unknown) result = each;
  }
  return result;
}

Opinion opposite(std::span<Opinion const> members) {
  auto const inner = members.front();
  return inner == Opinion::yes ? Opinion::no : inner == Opinion::no ? Opinion::yes : Opinion::unknown;
}

constexpr Type all[] = {{.name = "any_of",
                         .help = "At least one member holds.",
                         .place = 150,
                         .scope = Scope::group,
                         .stage = Stage::remote,
                         .members = Members::list,
                         .member = true,
                         .prepare = prepare,
                         .recheck = {.members = any}},
                        {.name = "not",
                         .help = "The member does not hold.",
                         .place = 160,
                         .scope = Scope::group,
                         .stage = Stage::remote,
                         .members = Members::one,
                         .member = true,
                         .prepare = prepare,
                         .recheck = {.members = opposite}}};

}  // namespace

std::span<Type const> group_types() { return all; }

}  // namespace conductor::services::constraints
