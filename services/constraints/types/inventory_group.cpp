// inventory_group (template specification 6.5, solver specification 5.9): two demands whose choices form a pair in
// inventory. Pairs are fetched once per plan.
#include "services/constraints/judge.hpp"
#include "services/constraints/table.hpp"

namespace conductor::services::constraints {
namespace {

using Pairs = std::set<std::pair<std::string, std::string>>;

// The partners of an instance, built on first use: answers come after preparation.
class Partners {
 public:
  Partners(Answers const& answers, std::string description) : answers_(answers), description_(std::move(description)) {}

  std::vector<std::string> const& of(std::string const& id) const {
    static std::vector<std::string> const nobody;
    std::call_once(built_, [this] {
      auto const found = answers_.pairs_of_group.find(description_);
      if (found == answers_.pairs_of_group.end()) return;
      for (auto const& [a, b] : found->second) {
        partners_[a].push_back(b);
        if (a != b) partners_[b].push_back(a);
      }
    });
    auto const found = partners_.find(id);
    return found == partners_.end() ? nobody : found->second;
  }

 private:
  Answers const& answers_;
  std::string description_;
  mutable std::once_flag built_;
  mutable std::unordered_map<std::string, std::vector<std::string>> partners_;
};

// Logically implied by the relation, but it tells early and by name which candidates are in no pair.
class HasPartner final : public Test {
 public:
  HasPartner(Plan const& plan, std::uint32_t first, std::uint32_t second, std::shared_ptr<Partners const> partners)
      : plan_(plan), first_(first), partners_(std::move(partners)) {
    for (auto const demand : {first, second})
      ids_[demand == first].insert(plan.demands[demand].ids.begin(), plan.demands[demand].ids.end());
  }
  bool keeps(std::uint32_t demand, std::uint32_t candidate) const override {
    auto const& others = ids_[demand != first_];
    for (auto const& partner : partners_->of(plan_.demands[demand].ids[candidate]))
      if (others.contains(partner)) return true;
    return false;
  }
  Drop why(std::uint32_t demand, std::uint32_t candidate) const override {
    return {"no-group",
            "'" + plan_.demands[demand].ids[candidate] + "' forms a pair with no candidate of the other demand"};
  }

 private:
  Plan const& plan_;
  std::uint32_t first_;
  std::shared_ptr<Partners const> partners_;
  std::array<std::set<std::string>, 2> ids_;  // [1]: of the first demand
};

class Grouped final : public Relation {
 public:
  Grouped(Plan const& plan, std::shared_ptr<Partners const> partners)
      : plan_(plan), partners_(std::move(partners)), positions_(plan.demands.size()), classes_(plan.demands.size()) {}

  void number(std::uint32_t demand, std::span<std::uint32_t const> numbering) override {
    auto const& ids = plan_.demands[demand].ids;
    for (std::uint32_t position = 0; position < numbering.size(); ++position) {
      auto& list = positions_[demand][ids[numbering[position]]];
      list.push_back(position);
      // Candidates of several types may share an id, and with it the row.
      classes_[demand][numbering[position]] = list.front();
    }
  }
  std::uint32_t signature(std::uint32_t demand, std::uint32_t candidate) const override {
    return classes_[demand].at(candidate);
  }
  void restrict(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
                std::span<sdk::Word> row) const override {
    std::vector<sdk::Word> kept(row.size(), 0);
    for (auto const& partner : partners_->of(plan_.demands[demand].ids[candidate])) {
      auto const found = positions_[other].find(partner);
      if (found == positions_[other].end()) continue;
      for (auto const position : found->second) kept[position / 64] |= sdk::Word{1} << (position % 64);
    }
    for (std::size_t word = 0; word < row.size(); ++word) row[word] &= kept[word];
  }

  Truth truth(std::uint32_t demand, std::uint32_t candidate, std::uint32_t other,
              std::uint32_t partner) const override {
    auto const& of = partners_->of(plan_.demands[demand].ids[candidate]);
    return std::find(of.begin(), of.end(), plan_.demands[other].ids[partner]) != of.end() ? Truth::yes : Truth::no;
  }

 private:
  Plan const& plan_;
  std::shared_ptr<Partners const> partners_;
  std::vector<std::unordered_map<std::string, std::vector<std::uint32_t>>> positions_;
  std::vector<std::unordered_map<std::uint32_t, std::uint32_t>> classes_;
};

Rule prepare(Constraint const& constraint, Preparation const& preparation) {
  if (constraint.demands.size() != 2)
    throw InvalidPlan("Constraint " + constraint.name + " of type inventory_group must list exactly two demands");
  auto const description = text_of(*constraint.properties, "description");
  preparation.questions.groups.insert(description);
  auto const partners = std::make_shared<Partners const>(preparation.answers, description);
  Rule rule;
  rule.remote = std::make_unique<HasPartner>(preparation.plan, constraint.demands[0], constraint.demands[1], partners);
  rule.relation = std::make_unique<Grouped>(preparation.plan, partners);
  rule.tests_are_implied = true;
  return rule;
}

void check(ConstraintUnderCheck const& constraint, json::object&, Report& report) {
  if (!constraint.demands.empty() && constraint.demands.size() != 2)
    report.add(constraint.whole.find("demands").value_or(constraint.whole),
               "Constraint " + constraint.name + " of type inventory_group must list exactly two demands",
               "two demands");
}

Measured recheck(Judge const& judge, json::object const& constraint, Party const& first, Party const& second) {
  auto const a = text_of(*first.candidate, "candidate_id"), b = text_of(*second.candidate, "candidate_id");
  auto const* pairs = judge.plan().answers.groups.if_contains(text_of(properties_in(constraint), "description"));
  if (!pairs) return plain(Opinion::no);
  for (auto const& pair : pairs->as_array()) {
    auto const x = text_in(pair.at(0)).value_or(""), y = text_in(pair.at(1)).value_or("");
    if ((x == a && y == b) || (x == b && y == a)) return plain(Opinion::yes);
  }
  return plain(Opinion::no);
}

constexpr Property properties[] = {{.name = "description", .help = "Of the instance groups.", .kind = ValueKind::text}};

constexpr Type all[] = {{.name = "inventory_group",
                         .help = "The two demands are a pair in inventory.",
                         .place = 50,
                         .scope = Scope::pairwise,
                         .stage = Stage::remote,
                         .rank = 5,
                         .properties = properties,
                         .check = check,
                         .prepare = prepare,
                         .recheck = {.two = recheck}}};

}  // namespace

std::span<Type const> inventory_group_types() { return all; }

}  // namespace conductor::services::constraints
